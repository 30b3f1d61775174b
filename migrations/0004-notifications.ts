import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What people are told, and how it reaches them. */
export class Notifications1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      SELECT 1;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
