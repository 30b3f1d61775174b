import type { Context } from '../platform/context.js'
import { byId } from '../platform/loader.js'
import type { ArticleSource, Said } from './article-source.js'

/** Which article came from which file. Without a look at access: only the operator imports. */

const COLUMNS = `s.path, s.article_id AS "articleId", encode(s.hash, 'hex') AS hash, s.said`

/** All of a collection, by path. */
export const findSources = async ({ db }: Context, source: string): Promise<Map<string, ArticleSource>> =>
  new Map(
    (await db.rows<ArticleSource>(`SELECT ${COLUMNS} FROM article_sources s WHERE s.source = $1`, [source])).map(
      (row) => [row.path, row],
    ),
  )

export const findSource = ({ db }: Context, source: string, path: string): Promise<ArticleSource | null> =>
  db.row(`SELECT ${COLUMNS} FROM article_sources s WHERE s.source = $1 AND s.path = $2`, [source, path])

/** Keeps articles free for files, so that others can link to them before they are loaded. */
export const reserve = async (
  { db }: Context,
  source: string,
  places: readonly Pick<ArticleSource, 'path' | 'articleId'>[],
): Promise<void> =>
  void (await db.rows(
    `INSERT INTO article_sources (source, path, article_id)
     SELECT $1, path, article_id FROM unnest($2::text[], $3::text[]) AS p(path, article_id)
     ON CONFLICT (source, path) DO NOTHING`,
    [source, places.map(({ path }) => path), places.map(({ articleId }) => articleId)],
  ))

/** A file has been moved: it goes on as the same article. */
export const moveSource = async ({ db }: Context, source: string, from: string, to: string): Promise<void> =>
  void (await db.rows('UPDATE article_sources SET path = $3 WHERE source = $1 AND path = $2', [source, from, to]))

/** The file has been taken over as it is. */
export const saveSource = async (
  { db, now }: Context,
  source: string,
  path: string,
  hash: string | null,
  said: Said | null,
): Promise<void> =>
  void (await db.rows(
    `UPDATE article_sources SET hash = decode($3, 'hex'), said = $4, imported_at = $5 WHERE source = $1 AND path = $2`,
    [source, path, hash, said && JSON.stringify(said), now()],
  ))

export interface Named {
  readonly id: string
  readonly name: string
  readonly email?: string
}

/** Those whom files can name: the active people, the teams and the services. */
export interface Directory {
  readonly people: readonly Named[]
  readonly teams: readonly Named[]
  readonly services: readonly Named[]
}

export const readDirectory = async ({ db }: Context): Promise<Directory> => ({
  people: await db.rows('SELECT id, name, email FROM users WHERE active'),
  teams: await db.rows('SELECT id, name FROM teams'),
  services: await db.rows('SELECT id, name FROM services'),
})

/** Which of these articles there are. */
export const findKnown = async ({ db }: Context, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(byId(await db.rows<{ id: string }>('SELECT id FROM articles WHERE id = ANY($1::text[])', [ids])).keys())
