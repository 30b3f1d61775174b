import type { MigrationInterface, QueryRunner } from 'typeorm'

/** History from other systems: how far a file has been read, what came of it, and what was set aside. */
export class Imports1764000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- how far each file has been read, with each mapping: an interrupted import goes on there
      CREATE TABLE imports (
        system text NOT NULL,
        -- of the file and the mapping
        digest text NOT NULL,
        file text NOT NULL,
        position bigint NOT NULL,
        rows integer NOT NULL,
        incidents integer NOT NULL,
        repeated integer NOT NULL,
        set_aside integer NOT NULL,
        started_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        finished_at timestamptz(3),
        PRIMARY KEY (system, digest)
      );

      -- what was not understood, as it came
      CREATE TABLE import_set_aside (
        system text NOT NULL,
        row_key bigint NOT NULL,
        file text NOT NULL,
        line integer NOT NULL,
        reason text NOT NULL,
        row text NOT NULL,
        set_aside_at timestamptz(3) NOT NULL,
        PRIMARY KEY (system, row_key)
      );

      -- who people and teams of another system are here
      CREATE TABLE imported_names (
        system text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('USER', 'TEAM')),
        name text NOT NULL,
        subject_id id NOT NULL,
        PRIMARY KEY (system, kind, name)
      );

      CREATE TABLE imported_incidents (
        incident_id id PRIMARY KEY REFERENCES incidents,
        system text NOT NULL,
        number text NOT NULL,
        made_sla boolean,
        knowledge boolean,
        contact_type text,
        category text,
        subcategory text,
        close_code text,
        reassignment_count integer,
        resolver_id id REFERENCES users,
        -- of the incident, as the last import left it: whether it has been changed here since
        version integer NOT NULL,
        -- the rows that have been told, by their keys
        row_keys bigint[] NOT NULL,
        -- the last row, in the columns of the importer
        row jsonb NOT NULL,
        imported_at timestamptz(3) NOT NULL,
        UNIQUE (system, number)
      );

      CREATE TABLE external_references (
        incident_id id NOT NULL REFERENCES incidents,
        system text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('INCIDENT', 'PROBLEM', 'CHANGE', 'CAUSING_CHANGE', 'VENDOR')),
        key text NOT NULL,
        PRIMARY KEY (incident_id, system, kind, key)
      );
      CREATE INDEX external_references_key ON external_references (system, kind, key);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
