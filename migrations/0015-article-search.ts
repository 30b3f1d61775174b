import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What is found of articles, and what was looked for. */
export class ArticleSearch1764000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE EXTENSION IF NOT EXISTS pg_trgm;

      ALTER TABLE articles
        ADD COLUMN helpful_count integer NOT NULL DEFAULT 0,
        ADD COLUMN unhelpful_count integer NOT NULL DEFAULT 0;

      -- the published version of an article, as the search reads it
      CREATE TABLE article_texts (
        article_id id PRIMARY KEY REFERENCES articles,
        -- PostgreSQL's configuration for the article's language
        language text NOT NULL,
        title text NOT NULL,
        -- without mark-up, for showing where something was found
        body text NOT NULL,
        -- title A, headings B, tags C, body D
        document tsvector NOT NULL,
        title_document tsvector NOT NULL
      );
      CREATE INDEX article_texts_document ON article_texts USING gin (document);
      CREATE INDEX article_texts_title ON article_texts USING gin (title_document);

      -- in how many articles of a language a stem stands: rare ones tell more. The empty stem stands in all of them
      CREATE TABLE article_lexemes (
        language text NOT NULL,
        lexeme text NOT NULL,
        articles integer NOT NULL,
        PRIMARY KEY (lexeme, language)
      );
      -- every word that ever stood in one, for what is mistyped or half typed
      CREATE TABLE article_words (
        word text NOT NULL,
        language text NOT NULL,
        lexeme text NOT NULL,
        PRIMARY KEY (word, language)
      );
      CREATE INDEX article_words_prefix ON article_words (word text_pattern_ops);
      CREATE INDEX article_words_alike ON article_words USING gin (word gin_trgm_ops);

      -- what people looked for
      CREATE TABLE article_searches (
        id uuid PRIMARY KEY,
        user_id id NOT NULL REFERENCES users,
        text text NOT NULL,
        result_count integer NOT NULL,
        searched_at timestamptz(3) NOT NULL
      );
      CREATE INDEX article_searches_searched ON article_searches (searched_at);

      -- alike incidents are found by the words of their titles
      CREATE INDEX incidents_title_words ON incidents USING gin (to_tsvector('english', title));
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
