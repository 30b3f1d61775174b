import type { Context } from '../platform/context.js'
import { wholeNumber } from '../platform/input.js'
import { defineLoader } from '../platform/loader.js'
import { type Bind, pageSize } from '../platform/paging.js'
import { DAY } from '../platform/wall-clock.js'
import { dayOf } from './article-views.js'
import { type Article, ArticleKind, ArticleStatus } from './article.js'
import { ARTICLE_COLUMNS, readableArticles, seesBehind } from './article.queries.js'
import { IS_UNOWNED, isStale, isUnreadSince } from './neglect.js'

/** What a knowledge manager looks at. What the viewer may not read is not counted. */

export interface KnowledgeFigures {
  readonly byStatus: readonly { readonly status: ArticleStatus; readonly count: number }[]
  readonly byKind: readonly { readonly kind: ArticleKind; readonly count: number }[]
  readonly stale: number
  readonly unowned: number
  readonly unread: number
}

const UNREAD_DAYS = 90

/**
 * As it is now. Null for those who do not see behind articles.
 * @param unreadDays 1 to 365; 90 when left out
 */
export async function findKnowledgeFigures(
  ctx: Context,
  unreadDays: number | null | undefined,
): Promise<KnowledgeFigures | null> {
  if (!seesBehind(ctx.actor)) return null
  const days = wholeNumber('unreadDays', unreadDays ?? UNREAD_DAYS, { minimum: 1, maximum: 365 })
  const now = ctx.now()
  const values: unknown[] = []
  const bind: Bind = (value) => `$${values.push(value)}`
  const rows = await ctx.db.rows<{ kind: ArticleKind; status: ArticleStatus } & Record<Counted, number>>(
    `SELECT a.kind, a.status, count(*)::int AS count,
            (count(*) FILTER (WHERE ${isStale(now)(bind)}))::int AS stale,
            (count(*) FILTER (WHERE ${IS_UNOWNED(bind)}))::int AS unowned,
            (count(*) FILTER (WHERE ${isUnreadSince(new Date(+now - days * DAY))(bind)}))::int AS unread
       FROM articles a WHERE ${readableArticles(ctx.actor)(bind)} GROUP BY 1, 2`,
    values,
  )
  const sum = (counted: Counted, of: (row: (typeof rows)[number]) => boolean = () => true) =>
    rows.filter(of).reduce((total, row) => total + row[counted], 0)
  return {
    byStatus: Object.values(ArticleStatus).map((status) => ({
      ...{ status, count: sum('count', (row) => row.status === status) },
    })),
    byKind: Object.values(ArticleKind).map((kind) => ({
      ...{ kind, count: sum('count', (row) => row.kind === kind && row.status !== ArticleStatus.ARCHIVED) },
    })),
    ...{ stale: sum('stale'), unowned: sum('unowned'), unread: sum('unread') },
  }
}

type Counted = 'count' | 'stale' | 'unowned' | 'unread'

/** The same order as `helpfulShare`, which a few votes move little. */
const HELPFUL_SHARE = '(a.helpful_count + 1.0) / (a.helpful_count + a.unhelpful_count + 2)'

/**
 * What readers found most helpful of what is published, or least: with more votes of the one kind than of the other.
 * @param first 1 to 100
 */
export function findByVotes(ctx: Context, which: 'most' | 'least', first: number): Promise<Article[]> {
  const values: unknown[] = []
  const bind: Bind = (value) => `$${values.push(value)}`
  const [comparison, direction] = which === 'most' ? ['>', 'DESC'] : ['<', 'ASC']
  return ctx.db.rows<Article>(
    `SELECT ${ARTICLE_COLUMNS} FROM articles a
      WHERE a.published_version IS NOT NULL AND a.helpful_count ${comparison} a.unhelpful_count
        AND ${readableArticles(ctx.actor)(bind)}
      ORDER BY ${HELPFUL_SHARE} ${direction}, a.id LIMIT ${bind(pageSize('first', first))}`,
    values,
  )
}

/** In all; of articles that the viewer reads. */
export const loadViewCount = defineLoader(async (ctx, ids: readonly string[]) => {
  const rows = await ctx.db.rows<{ id: string; views: number }>(
    `SELECT w.article_id AS id, sum(w.views)::int AS views FROM article_views w
      WHERE w.article_id = ANY($1::text[]) GROUP BY 1`,
    [ids],
  )
  return new Map(rows.map(({ id, views }) => [id, views]))
})

export interface ViewsOfDay {
  /** `2026-11-27`, in UTC. */
  readonly day: string
  readonly views: number
}

/** The days of the last 366, those without a view left out; none for those who do not see behind articles. */
export const loadViewsByDay = defineLoader(async (ctx, ids: readonly string[]) => {
  const rows = seesBehind(ctx.actor)
    ? await ctx.db.rows<{ id: string; days: ViewsOfDay[] }>(
        `SELECT w.article_id AS id, json_agg(json_build_object('day', w.day, 'views', w.views) ORDER BY w.day) AS days
           FROM article_views w WHERE w.article_id = ANY($1::text[]) AND w.day > $2::date - 366 GROUP BY 1`,
        [ids, dayOf(ctx.now())],
      )
    : []
  return new Map(rows.map(({ id, days }) => [id, days]))
})
