import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What the figures are made of, and what has been added up. */
export class Metrics1764000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE incident_facts (
        incident_id id PRIMARY KEY,
        visibility text NOT NULL,
        team_id id,
        service_id id,
        reporter_id id,
        priority text NOT NULL,
        type text NOT NULL,
        drill boolean NOT NULL,
        created_at timestamptz(3) NOT NULL,
        impact_started_at timestamptz(3),
        detected_at timestamptz(3),
        acknowledged_at timestamptz(3),
        resolved_at timestamptz(3),
        closed_at timestamptz(3),
        ended_at timestamptz(3),
        cancelled boolean NOT NULL,
        reopened boolean NOT NULL,
        escalated boolean NOT NULL,
        harmless boolean NOT NULL,
        resolution text,
        promises text,
        sections integer NOT NULL,
        has_article boolean NOT NULL
      );
      CREATE INDEX incident_facts_created ON incident_facts (created_at);
      CREATE INDEX incident_facts_ended ON incident_facts (ended_at);
      CREATE INDEX incident_facts_reporter ON incident_facts (reporter_id);

      -- what was added up of a day or month of UTC, for each combination that somebody may ask for
      CREATE TABLE metric_cells (
        -- all that follows but the tally, as one text
        key text COLLATE "C" PRIMARY KEY,
        length text NOT NULL CHECK (length IN ('DAY', 'MONTH')),
        start timestamptz(3) NOT NULL,
        visibility text NOT NULL,
        team_id id,
        service_id id,
        priority text NOT NULL,
        type text NOT NULL,
        drill boolean NOT NULL,
        -- incidents that ended in it, whenever they were opened
        ended integer NOT NULL,
        opened integer NOT NULL,
        -- the measures of those that were opened in it
        tally text COLLATE "C" NOT NULL
      );
      CREATE INDEX metric_cells_start ON metric_cells (length, start);
      ALTER TABLE metric_cells ALTER COLUMN tally SET STORAGE MAIN;

      -- how far the event log has been counted: written in the transaction that counts
      CREATE TABLE metric_feed (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        -- of the definitions by which it was counted; another one counts everything anew
        version integer NOT NULL,
        -- of the event log
        epoch text NOT NULL,
        xid xid8 NOT NULL,
        id bigint NOT NULL,
        -- the last incident of a count of everything; null once that is done
        counted_to id,
        fed_at timestamptz(3) NOT NULL
      );
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
