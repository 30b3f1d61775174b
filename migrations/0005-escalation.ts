import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who is called, and what happens when nobody answers. */
export class Escalation1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE escalation_policies (
        id id PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        team_id id REFERENCES teams,
        steps jsonb NOT NULL,
        repeat integer NOT NULL,
        acknowledgement_timeout_minutes integer,
        management_policy_id id REFERENCES escalation_policies,
        working_hours jsonb,
        archived boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version integer NOT NULL
      );
      CREATE UNIQUE INDEX escalation_policies_name ON escalation_policies (lower(name)) WHERE NOT archived;

      CREATE TABLE escalation_rules (
        id id PRIMARY KEY,
        position integer NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED,
        name text NOT NULL,
        service_ids text[],
        team_ids text[],
        condition jsonb,
        policy_id id NOT NULL REFERENCES escalation_policies,
        created_at timestamptz(3) NOT NULL
      );

      -- one for each incident that somebody is called for; what it did is told by its entries
      CREATE TABLE escalations (
        incident_id id PRIMARY KEY REFERENCES incidents,
        state text NOT NULL,
        -- a copy of the policy as it was at the start
        terms jsonb NOT NULL,
        -- why the present run was begun
        reason text NOT NULL,
        -- rises with each start: by rule, reassignment, snooze, an acknowledgement that timed out
        run integer NOT NULL,
        pass integer NOT NULL,
        -- index of the step taken last in this pass; -1 before the first
        step integer NOT NULL,
        -- when the engine looks at it again; null while nothing is waited for
        due_at timestamptz(3),
        acknowledged_by id REFERENCES users,
        started_at timestamptz(3) NOT NULL,
        -- reached a second step, or was escalated by a person
        escalated boolean NOT NULL DEFAULT false,
        updated_at timestamptz(3) NOT NULL,
        CHECK (state IN ('DEFERRED', 'ESCALATING', 'ACKNOWLEDGED', 'SNOOZED', 'EXHAUSTED', 'ENDED'))
      ) WITH (fillfactor = 80);
      -- the engine's truth: jobs only ring for it
      CREATE INDEX escalations_due ON escalations (due_at) WHERE due_at IS NOT NULL;

      CREATE TABLE escalation_entries (
        position bigint GENERATED ALWAYS AS IDENTITY,
        id id NOT NULL UNIQUE,
        incident_id id NOT NULL REFERENCES incidents,
        type text NOT NULL,
        policy_name text NOT NULL,
        run integer NOT NULL,
        pass integer NOT NULL,
        step integer,
        reason text,
        -- what was asked of each target, and what came of it
        findings jsonb NOT NULL DEFAULT '[]',
        due_at timestamptz(3),
        actor_kind text NOT NULL,
        actor_id id NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        PRIMARY KEY (incident_id, position)
      );

      -- somebody was called
      CREATE TABLE pages (
        id id PRIMARY KEY,
        incident_id id NOT NULL REFERENCES incidents,
        entry_id id NOT NULL REFERENCES escalation_entries (id),
        user_id id REFERENCES users,
        contact_point_id id REFERENCES contact_points,
        notification_id id NOT NULL REFERENCES notifications,
        because text NOT NULL,
        paged_at timestamptz(3) NOT NULL,
        acknowledged_at timestamptz(3),
        -- when nobody needed an answer any more
        ended_at timestamptz(3),
        -- when it turned out that it reaches nobody
        undeliverable_at timestamptz(3),
        CHECK ((user_id IS NULL) <> (contact_point_id IS NULL))
      );
      CREATE INDEX pages_incident ON pages (incident_id, paged_at, id);
      CREATE INDEX pages_open ON pages (incident_id) WHERE ended_at IS NULL;
      CREATE INDEX pages_user ON pages (user_id, paged_at, id);
      CREATE INDEX pages_entry ON pages (entry_id);
      CREATE INDEX pages_notification ON pages (notification_id);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
