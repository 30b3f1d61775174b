import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Jobs of others that report in, and are missed when they do not. */
export class Heartbeat1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE heartbeats (
        integration_id id PRIMARY KEY REFERENCES integrations,
        every_seconds integer NOT NULL,
        grace_seconds integer NOT NULL,
        status text NOT NULL,
        last_beat_at timestamptz(3),
        -- by when the next beat must have come; null while nothing is expected
        expected_by timestamptz(3),
        CHECK (status IN ('AWAITED', 'ALIVE', 'FAILED', 'SILENT')),
        CHECK ((status = 'AWAITED') = (expected_by IS NULL))
      ) WITH (fillfactor = 50); -- room for beats to be written in place
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
