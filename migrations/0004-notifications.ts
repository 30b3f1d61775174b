import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What people are told, and how it reaches them. */
export class Notifications1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE contact_points (
        id id PRIMARY KEY,
        -- whose it is; null: shared
        user_id id REFERENCES users,
        kind text NOT NULL,
        name text NOT NULL,
        -- sealed; null where it is the account's e-mail address, and once it has been deleted
        address bytea,
        masked text NOT NULL DEFAULT '',
        -- sealed; what webhooks are signed with
        secret bytea,
        of_account boolean NOT NULL DEFAULT false,
        active boolean NOT NULL DEFAULT true,
        -- no message is made for it before; null: none has been made
        next_message_at timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        -- kept, because what was sent there is still told of
        deleted_at timestamptz(3),
        CHECK (NOT of_account OR (user_id IS NOT NULL AND kind = 'EMAIL'))
      ) WITH (fillfactor = 80);
      CREATE INDEX contact_points_user ON contact_points (user_id) WHERE deleted_at IS NULL;
      CREATE INDEX contact_points_shared ON contact_points (name, id) WHERE user_id IS NULL AND deleted_at IS NULL;
      CREATE UNIQUE INDEX contact_points_account ON contact_points (user_id) WHERE of_account;

      -- Everybody can be reached at the address of their account, however the account came to be.
      CREATE FUNCTION add_account_contact_point() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO contact_points (id, user_id, kind, name, of_account, created_at, updated_at)
        VALUES (regexp_replace(NEW.id, '^(usr_)?', 'cpt_'), NEW.id, 'EMAIL', 'Account', true, NEW.created_at, NEW.created_at);
        RETURN NULL;
      END $$;
      CREATE TRIGGER users_contact_point AFTER INSERT ON users
        FOR EACH ROW EXECUTE FUNCTION add_account_contact_point();
      INSERT INTO contact_points (id, user_id, kind, name, of_account, created_at, updated_at)
      SELECT regexp_replace(id, '^(usr_)?', 'cpt_'), id, 'EMAIL', 'Account', true, created_at, created_at FROM users;

      CREATE TABLE notification_rules (
        id id PRIMARY KEY,
        user_id id NOT NULL REFERENCES users,
        contact_point_id id NOT NULL REFERENCES contact_points,
        urgency text NOT NULL CHECK (urgency IN ('HIGH', 'LOW')),
        delay_minutes integer NOT NULL CHECK (delay_minutes BETWEEN 0 AND 1440),
        created_at timestamptz(3) NOT NULL
      );
      CREATE UNIQUE INDEX notification_rules_once
        ON notification_rules (user_id, contact_point_id, urgency, delay_minutes);
      CREATE INDEX notification_rules_contact_point ON notification_rules (contact_point_id);

      -- when what is not urgent waits, in the time zone of the person
      CREATE TABLE quiet_hours (
        user_id id PRIMARY KEY REFERENCES users,
        weekdays text[] NOT NULL,
        starts_at text NOT NULL,
        ends_at text NOT NULL
      );

      CREATE TABLE notifications (
        id id PRIMARY KEY,
        user_id id REFERENCES users,
        contact_point_id id REFERENCES contact_points,
        kind text NOT NULL,
        urgency text NOT NULL,
        subject text COLLATE "C" NOT NULL,
        title text NOT NULL,
        body text NOT NULL,
        facts jsonb NOT NULL,
        url text,
        -- sealed: their tokens act without a sign-in
        actions bytea,
        created_at timestamptz(3) NOT NULL,
        -- when it turned out that it reaches nobody
        undeliverable_at timestamptz(3),
        CHECK (urgency IN ('HIGH', 'LOW')),
        CHECK ((user_id IS NULL) <> (contact_point_id IS NULL))
      );
      CREATE INDEX notifications_subject ON notifications (subject, kind);

      -- one or more notifications on their way to a contact point
      CREATE TABLE messages (
        id id PRIMARY KEY,
        contact_point_id id NOT NULL REFERENCES contact_points,
        state text NOT NULL CHECK (state IN ('WAITING', 'SENDING', 'SENT', 'CANCELLED', 'DEAD')),
        -- how often it was tried
        attempts integer NOT NULL DEFAULT 0,
        -- how often in vain, since it was made or replayed
        failures integer NOT NULL DEFAULT 0,
        -- an attempt may have arrived, though its outcome is not known
        uncertain boolean NOT NULL DEFAULT false,
        -- of the next attempt; null once there is none
        due_at timestamptz(3),
        -- by the database's clock: until then nobody else tries it
        leased_until timestamptz(3),
        created_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        CHECK ((state = 'SENDING') = (leased_until IS NOT NULL)),
        CHECK ((state IN ('WAITING', 'SENDING')) = (due_at IS NOT NULL)),
        CHECK ((state IN ('WAITING', 'SENDING')) = (ended_at IS NULL))
      ) WITH (fillfactor = 80);
      CREATE INDEX messages_open ON messages (due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX messages_dead ON messages (ended_at, id) WHERE state = 'DEAD';

      -- that a notification shall reach a contact point; what became of it is told by its message
      CREATE TABLE deliveries (
        id id PRIMARY KEY,
        notification_id id NOT NULL REFERENCES notifications,
        contact_point_id id NOT NULL REFERENCES contact_points,
        -- of the notification: what is urgent is told first
        urgency text NOT NULL,
        due_at timestamptz(3) NOT NULL,
        message_id id REFERENCES messages,
        withdrawn_at timestamptz(3)
      );
      CREATE INDEX deliveries_notification ON deliveries (notification_id);
      CREATE INDEX deliveries_message ON deliveries (message_id) WHERE message_id IS NOT NULL;
      CREATE INDEX deliveries_pending ON deliveries (contact_point_id, urgency, due_at, id)
        WHERE message_id IS NULL AND withdrawn_at IS NULL;
      CREATE INDEX deliveries_due ON deliveries (due_at) WHERE message_id IS NULL AND withdrawn_at IS NULL;

      -- written before the call, completed after it
      CREATE TABLE message_attempts (
        message_id id NOT NULL REFERENCES messages,
        number integer NOT NULL,
        started_at timestamptz(3) NOT NULL,
        ended_at timestamptz(3),
        outcome text CHECK (outcome IN ('SENT', 'FAILED', 'UNKNOWN')),
        error text,
        provider_id text,
        possible_duplicate boolean NOT NULL,
        -- what it carries: what was withdrawn before is not in it
        delivery_ids text[] NOT NULL,
        PRIMARY KEY (message_id, number),
        CHECK ((outcome IS NULL) = (ended_at IS NULL))
      );
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
