import type { MigrationInterface, QueryRunner } from 'typeorm'

/** A notification says which incident it is about, whatever its subject is: those who run incidents read it by that. */
export class NotificationIncident1764000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE notifications ADD COLUMN incident_id id REFERENCES incidents;
      UPDATE notifications n SET incident_id = i.id
        FROM incidents i
       WHERE i.id = COALESCE((SELECT s.incident_id FROM status_updates s WHERE s.id = n.subject), n.subject);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
