import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What came of a search of the knowledge base: an article that solved it, or a request all the same. */
export class Deflection1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE search_outcomes (
        user_id id NOT NULL REFERENCES users,
        search_id uuid NOT NULL,
        -- what whoever searched says has solved it
        article_id id,
        -- what they reported nevertheless, perhaps later: then it was not solved
        request_id id REFERENCES requests,
        decided_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, search_id),
        CHECK (article_id IS NOT NULL OR request_id IS NOT NULL)
      );
      CREATE INDEX search_outcomes_decided ON search_outcomes (decided_at);
      CREATE INDEX search_outcomes_request ON search_outcomes (request_id) WHERE request_id IS NOT NULL;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
