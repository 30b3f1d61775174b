import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What people report for themselves, and what they think of the answer. */
export class SelfService1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- an incident as whoever reported it sees it
      CREATE TABLE requests (
        id id PRIMARY KEY,
        incident_id id NOT NULL UNIQUE REFERENCES incidents,
        reporter_id id NOT NULL REFERENCES users,
        -- in the reporter's terms; follows the incident's status and hold reason
        status text NOT NULL,
        reach text NOT NULL,
        hindrance text NOT NULL,
        contact text,
        reported_at timestamptz(3) NOT NULL,
        -- until when the latest resolution may be rejected and rated
        answer_until timestamptz(3),
        -- when it is closed by itself; null while it is not solved, and once it is closed
        closes_at timestamptz(3),
        CHECK (status IN ('RECEIVED', 'IN_PROGRESS', 'WAITING_FOR_YOU', 'WAITING_FOR_OTHERS', 'SOLVED', 'CLOSED', 'CANCELLED')),
        CHECK (reach IN ('ONLY_ME', 'MY_TEAM', 'MANY_PEOPLE')),
        CHECK (hindrance IN ('CANNOT_WORK', 'HINDERED', 'CAN_WAIT'))
      );
      CREATE INDEX requests_reporter ON requests (reporter_id, reported_at, id);
      CREATE INDEX requests_reported ON requests (reported_at);
      -- the truth about what is to be closed: jobs only ring for it
      CREATE INDEX requests_closing ON requests (closes_at) WHERE closes_at IS NOT NULL;

      -- one for each resolution of a request, counted from 0
      CREATE TABLE request_ratings (
        request_id id NOT NULL REFERENCES requests,
        resolution integer NOT NULL,
        score smallint NOT NULL CHECK (score BETWEEN 1 AND 5),
        comment text,
        rated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (request_id, resolution)
      );
      CREATE INDEX request_ratings_rated ON request_ratings (rated_at);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
