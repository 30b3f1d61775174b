import type { GraphQLResolveInfo } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { DataSource } from 'typeorm'
import { ActorKind } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import type { Logger } from '../platform/log.js'
import { selectedFields } from '../platform/look-ahead.js'
import type { Article } from './article.js'
import { loadVersion } from './article.queries.js'

/**
 * How often articles are read. A query must not wait for a write, so views are counted in memory and written every few
 * seconds, those of all articles in one statement; what several nodes write adds up. A crash loses the last seconds.
 *
 * A view is that somebody reads, through `article(id:)`, what is published: its text, not its title. Whoever reads it again
 * on the same day has read it once, and those who wrote it or answer for it do not count. Who has read what is known
 * to nobody: it is remembered in memory for that one purpose, and never written.
 */

const WRITE_EVERY = 5_000 // milliseconds
/** Past these, the readers of longest ago are forgotten, and count again. */
const READERS = 100_000

const counters = new WeakMap<DataSource, ViewCounter>()

export class ViewCounter {
  private counted = new Map<string, number>()
  private readonly readers = new LRUCache<string, true>({ max: READERS })
  private timer: NodeJS.Timeout | null = null
  private writing: Promise<void> = Promise.resolve()

  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  start(): void {
    counters.set(this.db.source, this)
    this.timer = setInterval(() => void this.write(), WRITE_EVERY)
    this.timer.unref()
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    counters.delete(this.db.source)
    await this.write()
  }

  count(readerId: string, articleId: string, day: string): void {
    const key = `${articleId} ${day}`
    const reader = `${readerId} ${key}`
    if (this.readers.has(reader)) return
    this.readers.set(reader, true)
    this.counted.set(key, (this.counted.get(key) ?? 0) + 1)
  }

  /** Resolves once all that was counted before is written, or could not be and waits for the next time. */
  write(): Promise<void> {
    return (this.writing = this.writing.then(() => this.writeOnce()))
  }

  private async writeOnce(): Promise<void> {
    const taken = this.counted
    if (taken.size === 0) return
    this.counted = new Map()
    const rows = [...taken].map(([key, views]) => {
      const [articleId, day] = key.split(' ')
      return { article_id: articleId, day, views }
    })
    try {
      // In order, so that nodes that write at the same time do not wait for each other in a ring.
      await this.db.rows(
        `INSERT INTO article_views (article_id, day, views)
         SELECT n.* FROM json_populate_recordset(null::article_views, $1) n ORDER BY n.article_id, n.day
         ON CONFLICT (article_id, day) DO UPDATE SET views = article_views.views + excluded.views`,
        [JSON.stringify(rows)],
      )
    } catch (error) {
      for (const [key, views] of taken) this.counted.set(key, (this.counted.get(key) ?? 0) + views)
      this.log.warn({ err: error }, 'views of articles could not be written; they are tried again')
    }
  }
}

/** Writes at once what this process has counted on a database. */
export const writeViews = async (source: DataSource): Promise<void> => counters.get(source)?.write()

/** Counts that the viewer reads the article, where the operation asks for what it says. It costs no statement of its own. */
export async function countView(ctx: Context, article: Article, info: GraphQLResolveInfo): Promise<void> {
  const { actor, db, now } = ctx
  const counter = counters.get(db.source)
  if (!counter || article.publishedVersion === null || actor.kind !== ActorKind.USER) return
  if (!TEXTS.some((path) => selectedFields(info, path).length > 0)) return
  const version = await loadVersion(ctx, article.id, article.publishedVersion) // which the operation asks for anyway
  if (version?.authorId === actor.id || article.ownerId === actor.id) return
  counter.count(actor.id, article.id, dayOf(now()))
}

const TEXTS = ['published.html', 'published.body']

/** In UTC: `2026-11-27`. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** Days are kept for so long; older ones become one row for their month, so that the sum stays what it is. */
const DAYS_KEPT = 400

export async function foldViews({ db, now }: Pick<Context, 'db' | 'now'>): Promise<void> {
  await db.rows(
    `WITH old AS (
       DELETE FROM article_views WHERE day < date_trunc('month', $1::date - $2::integer) AND day <> date_trunc('month', day)
       RETURNING article_id, date_trunc('month', day)::date AS month, views)
     INSERT INTO article_views (article_id, day, views)
     SELECT article_id, month, sum(views) FROM old GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (article_id, day) DO UPDATE SET views = article_views.views + excluded.views`,
    [dayOf(now()), DAYS_KEPT],
  )
}
