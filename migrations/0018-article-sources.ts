import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Where imported articles come from; and files of articles that nobody here has attached. */
export class ArticleSources1764000000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE article_sources (
        -- the collection, and the path of the file in it
        source text NOT NULL,
        path text NOT NULL,
        -- kept free for the file before it is loaded, so that others can link to it: no reference
        article_id id NOT NULL,
        -- of all that the file said when it was last taken over; null until then, and once it has gone and was archived
        hash bytea,
        -- what it said of itself then: the common ground when the file and the article have both changed
        said jsonb,
        imported_at timestamptz(3),
        PRIMARY KEY (source, path)
      );

      ALTER TABLE article_attachments ALTER COLUMN created_by DROP NOT NULL;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
