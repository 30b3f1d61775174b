import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who is told how an incident goes on. */
export class Followers1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- what people have said themselves, for or against
      CREATE TABLE incident_follows (
        incident_id id NOT NULL REFERENCES incidents,
        user_id id NOT NULL REFERENCES users,
        following boolean NOT NULL,
        decided_at timestamptz(3) NOT NULL,
        PRIMARY KEY (incident_id, user_id)
      );

      -- who reported an incident or takes part in it follows it, unless they have said no
      CREATE VIEW incident_followers (incident_id, user_id) AS
        SELECT f.incident_id, f.user_id
          FROM (SELECT incident_id, user_id FROM incident_participants
                UNION SELECT id, reporter_id FROM incidents WHERE reporter_id IS NOT NULL
                UNION SELECT incident_id, user_id FROM incident_follows WHERE following) f
         WHERE NOT EXISTS (SELECT 1 FROM incident_follows n
                            WHERE n.incident_id = f.incident_id AND n.user_id = f.user_id AND NOT n.following);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
