import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Jobs of others that report in, and are missed when they do not. */
export class Heartbeat1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT 1;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
