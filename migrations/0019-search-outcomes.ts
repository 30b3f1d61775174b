import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What came of a search is of a search, and of an article, that are there. */
export class SearchOutcomes1764000000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- of searches that were never kept
      DELETE FROM search_outcomes o WHERE NOT EXISTS (SELECT FROM article_searches s WHERE s.id = o.search_id);
      ALTER TABLE search_outcomes
        ADD FOREIGN KEY (search_id) REFERENCES article_searches ON DELETE CASCADE,
        ADD FOREIGN KEY (article_id) REFERENCES articles;
      CREATE INDEX search_outcomes_search ON search_outcomes (search_id);
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
