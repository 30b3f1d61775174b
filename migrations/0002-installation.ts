import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What every node of an installation shares: the key that it seals with, and which nodes there are. */
export class Installation1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE installation (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        key_fingerprint text NOT NULL
      );

      -- the pools of workers that run jobs; one that has not been seen for a while is dead, and its jobs are taken over
      CREATE TABLE job_pools (
        id text PRIMARY KEY,
        started_at timestamptz(3) NOT NULL,
        seen_at timestamptz(3) NOT NULL
      );
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
