import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who is on call: schedules, layers, overrides, time off, swaps. */
export class OnCall1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT 1;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
