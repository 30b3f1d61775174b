import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What articles are linked to: alerts by their runbook addresses, incidents, and the files that belong to them. */
export class ArticleLinks1764000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- how addresses are compared: scheme and host in lower case, no slash at the end
      CREATE FUNCTION runbook_key(url text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN lower(substring(url FROM '^[^/]*:/*[^/?#]*')) || rtrim(substring(url FROM '^[^/]*:/*[^/?#]*(.*)$'), '/');
      CREATE FUNCTION runbook_keys(urls text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
        RETURN (SELECT coalesce(array_agg(runbook_key(url)), '{}') FROM unnest(urls) AS url);

      DROP INDEX articles_runbook_urls;
      ALTER TABLE articles ADD COLUMN runbook_keys text[] NOT NULL GENERATED ALWAYS AS (runbook_keys(runbook_urls)) STORED;
      -- written rarely and read often: no list of what is still to be sorted in
      CREATE INDEX articles_runbook_keys ON articles USING gin (runbook_keys) WITH (fastupdate = off);
      ALTER INDEX articles_alert_names SET (fastupdate = off);
      ALTER INDEX articles_services SET (fastupdate = off);

      CREATE TABLE article_links (
        incident_id id NOT NULL REFERENCES incidents,
        article_id id NOT NULL REFERENCES articles,
        relation text NOT NULL CHECK (relation IN ('USED', 'SOLVED', 'DRAWN_FROM')),
        actor_kind text NOT NULL,
        actor_id id NOT NULL,
        linked_at timestamptz(3) NOT NULL,
        PRIMARY KEY (incident_id, article_id, relation)
      );
      CREATE INDEX article_links_article ON article_links (article_id, linked_at, incident_id, relation);

      -- a file of an article: its bytes are those of an upload that came whole
      CREATE TABLE article_attachments (
        id id PRIMARY KEY,
        article_id id NOT NULL REFERENCES articles,
        file_name text NOT NULL,
        content_type text NOT NULL,
        size integer NOT NULL CHECK (size > 0),
        created_by id NOT NULL REFERENCES users,
        created_at timestamptz(3) NOT NULL,
        upload_id id,
        uploaded_at timestamptz(3),
        CHECK ((upload_id IS NULL) = (uploaded_at IS NULL))
      );
      CREATE UNIQUE INDEX article_attachments_name ON article_attachments (article_id, lower(file_name));
      CREATE INDEX article_attachments_waiting ON article_attachments (created_at) WHERE upload_id IS NULL;

      -- one try to bring the bytes
      CREATE TABLE article_uploads (
        id id PRIMARY KEY,
        attachment_id id NOT NULL REFERENCES article_attachments ON DELETE CASCADE,
        begun_at timestamptz(3) NOT NULL
      );
      CREATE INDEX article_uploads_attachment ON article_uploads (attachment_id);
      CREATE TABLE article_upload_chunks (
        upload_id id NOT NULL REFERENCES article_uploads ON DELETE CASCADE,
        position integer NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (upload_id, position)
      );
      -- pictures and archives do not get smaller
      ALTER TABLE article_upload_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
    `)
  }

  async down(): Promise<void> {
    throw new Error('Migrations only go forward: restore a backup instead')
  }
}
