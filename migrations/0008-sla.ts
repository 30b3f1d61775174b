import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What is promised for incidents, and what came of it. */
export class Sla1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE business_calendars (
        id id PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        time_zone text NOT NULL,
        hours jsonb NOT NULL,
        holidays jsonb NOT NULL DEFAULT '[]',
        archived boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version integer NOT NULL
      );
      CREATE UNIQUE INDEX business_calendars_name ON business_calendars (lower(name)) WHERE NOT archived;

      CREATE TABLE sla_policies (
        id id PRIMARY KEY,
        -- null once it is archived
        position integer UNIQUE DEFERRABLE INITIALLY DEFERRED,
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        priorities text[],
        service_ids text[],
        team_ids text[],
        visibilities text[],
        drills boolean NOT NULL,
        -- null: round the clock
        calendar_id id REFERENCES business_calendars,
        response_minutes integer,
        resolution_minutes integer,
        at_risk_percent integer NOT NULL,
        archived boolean NOT NULL DEFAULT false,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version integer NOT NULL,
        CHECK (response_minutes IS NOT NULL OR resolution_minutes IS NOT NULL),
        CHECK (archived = (position IS NULL))
      );
      CREATE UNIQUE INDEX sla_policies_name ON sla_policies (lower(name)) WHERE NOT archived;

      -- a clock that ran or runs: MET and BREACHED are outcomes, whether it is over or not
      CREATE TABLE sla_records (
        id id PRIMARY KEY,
        incident_id id NOT NULL REFERENCES incidents,
        -- 1, and one more for each reopening
        number integer NOT NULL,
        kind text NOT NULL,
        source text NOT NULL,
        state text NOT NULL,
        policy_id id REFERENCES sla_policies,
        -- a copy of the policy and its calendar; null for what was imported
        terms jsonb,
        target_minutes integer,
        started_at timestamptz(3) NOT NULL,
        -- holds for the requester
        pauses jsonb NOT NULL DEFAULT '[]',
        due_at timestamptz(3),
        next_at timestamptz(3),
        at_risk_at timestamptz(3),
        breached_at timestamptz(3),
        met_at timestamptz(3),
        stopped_at timestamptz(3),
        UNIQUE (incident_id, number, kind),
        CHECK (kind IN ('RESPONSE', 'RESOLUTION')),
        CHECK (source IN ('LIVE', 'IMPORT')),
        CHECK (state IN ('RUNNING', 'AT_RISK', 'PAUSED', 'BREACHED', 'MET', 'CANCELLED')),
        CHECK (source = 'IMPORT' OR (terms IS NOT NULL AND target_minutes IS NOT NULL)),
        CHECK (next_at IS NULL OR stopped_at IS NULL)
      ) WITH (fillfactor = 80);
      -- the engine's truth: jobs only ring for it
      CREATE INDEX sla_records_next ON sla_records (next_at) WHERE next_at IS NOT NULL;
      CREATE INDEX sla_records_open ON sla_records (due_at, id) WHERE stopped_at IS NULL;

      -- what is like an open incident
      CREATE INDEX incidents_resolved ON incidents (priority, resolved_at) WHERE resolved_at IS NOT NULL;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
