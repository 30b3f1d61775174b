import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who is on call: schedules, layers, overrides, time off, swaps. */
export class OnCall1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE schedules (
        id id PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        team_id id REFERENCES teams,
        time_zone text NOT NULL,
        archived_at timestamptz(3),
        -- who was on call when it was last told, and how often it has been
        told_user_ids text[] NOT NULL DEFAULT '{}',
        told_count integer NOT NULL DEFAULT 0,
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        version integer NOT NULL
      );
      CREATE UNIQUE INDEX schedules_name ON schedules (lower(name)) WHERE archived_at IS NULL;
      CREATE INDEX schedules_team ON schedules (team_id);

      -- a change ends a version of a layer and begins another, so that the past stays as it was
      CREATE TABLE schedule_layers (
        id id NOT NULL,
        schedule_id id NOT NULL REFERENCES schedules,
        position integer NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        participant_ids text[] NOT NULL CHECK (cardinality(participant_ids) > 0),
        first_participant integer NOT NULL,
        rotation jsonb NOT NULL,
        starts_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3),
        restrictions jsonb NOT NULL,
        valid_from timestamptz(3) NOT NULL,
        valid_until timestamptz(3),
        PRIMARY KEY (id, valid_from),
        CHECK (ends_at > starts_at),
        CHECK (valid_until > valid_from)
      );
      CREATE UNIQUE INDEX schedule_layers_valid ON schedule_layers (id) WHERE valid_until IS NULL;
      CREATE INDEX schedule_layers_schedule ON schedule_layers (schedule_id, valid_until);
      CREATE INDEX schedule_layers_participants ON schedule_layers USING gin (participant_ids);

      CREATE TABLE schedule_overrides (
        id id PRIMARY KEY,
        schedule_id id NOT NULL REFERENCES schedules,
        kind text NOT NULL,
        -- whose place is taken, and who takes it
        outgoing_id id REFERENCES users,
        incoming_id id REFERENCES users,
        starts_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        reason text NOT NULL,
        created_by id NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CHECK (kind IN ('ADD', 'REMOVE', 'REPLACE')),
        CHECK ((outgoing_id IS NULL) = (kind = 'ADD')),
        CHECK ((incoming_id IS NULL) = (kind = 'REMOVE')),
        CHECK (ends_at > starts_at)
      );
      CREATE INDEX schedule_overrides_schedule ON schedule_overrides (schedule_id, ends_at);
      CREATE INDEX schedule_overrides_incoming ON schedule_overrides (incoming_id, ends_at);

      CREATE TABLE time_off (
        id id PRIMARY KEY,
        user_id id NOT NULL REFERENCES users,
        starts_at timestamptz(3) NOT NULL,
        -- null: until further notice, while an account is switched off
        ends_at timestamptz(3),
        reason text NOT NULL,
        created_by id NOT NULL,
        created_at timestamptz(3) NOT NULL,
        CHECK (ends_at > starts_at)
      );
      CREATE INDEX time_off_user ON time_off (user_id, ends_at);

      CREATE TABLE shift_swaps (
        id id PRIMARY KEY,
        schedule_id id NOT NULL REFERENCES schedules,
        status text NOT NULL,
        requester_id id NOT NULL REFERENCES users,
        -- null: anybody who takes turns with the requester
        asked_id id REFERENCES users,
        taker_id id REFERENCES users,
        starts_at timestamptz(3) NOT NULL,
        ends_at timestamptz(3) NOT NULL,
        message text NOT NULL,
        requested_at timestamptz(3) NOT NULL,
        decided_at timestamptz(3),
        CHECK (status IN ('REQUESTED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN')),
        CHECK ((taker_id IS NOT NULL) = (status = 'ACCEPTED')),
        CHECK ((decided_at IS NULL) = (status = 'REQUESTED')),
        CHECK (ends_at > starts_at)
      );
      CREATE INDEX shift_swaps_schedule ON shift_swaps (schedule_id, ends_at);
      CREATE INDEX shift_swaps_taker ON shift_swaps (taker_id, ends_at) WHERE status = 'ACCEPTED';
      CREATE INDEX shift_swaps_listed ON shift_swaps (schedule_id, requested_at, id);

      -- the address of a calendar is a secret: only its hash is here
      CREATE TABLE calendar_feeds (
        id id PRIMARY KEY,
        user_id id NOT NULL REFERENCES users,
        -- null: the shifts of the person
        schedule_id id REFERENCES schedules,
        secret_hash bytea NOT NULL UNIQUE,
        created_at timestamptz(3) NOT NULL,
        UNIQUE NULLS NOT DISTINCT (user_id, schedule_id)
      );
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
