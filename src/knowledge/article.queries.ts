import {
  type AccessColumns,
  type AccessFacts,
  type ArticleAudience,
  NO_FACTS,
  allows,
  predicate,
} from '../access/rules.js'
import type { Actor } from '../platform/actor.js'
import { definePages } from '../platform/child-pages.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import {
  type Condition,
  type ForwardArgs,
  type Listing,
  type OrderColumn,
  type Page,
  oneOf,
  page,
} from '../platform/paging.js'
import { containing } from '../responders/search.js'
import type { ArticleReview } from './article-review.js'
import type { ArticleVersion } from './article-version.js'
import { type Article, type ArticleKind, ArticleStatus, factsOfArticle } from './article.js'
import { IS_UNOWNED, isStale, isUnreadSince } from './neglect.js'

export const ARTICLE_COLUMNS = selectList('a', [
  ...['id', 'number', 'kind', 'status', 'title', 'language', 'audience', 'teamId', 'ownerId', 'categoryId', 'tags'],
  ...['serviceIds', 'alertNames', 'runbookUrls', 'reviewAt', 'latestVersion', 'publishedVersion', 'publishedAt'],
  ...['createdAt', 'updatedAt', 'version'],
])

/** Where the access rules find their facts in a statement that names the articles `a`. */
export const ARTICLE_ACCESS: AccessColumns = {
  visibility: 'a.audience',
  teamId: 'a.team_id',
  serviceId: 'NULL::text',
  reporterId: 'a.owner_id',
  incidentId: 'NULL::text',
  serviceIds: 'a.service_ids',
  published: 'a.published_version IS NOT NULL',
}

export const readableArticles = (actor: Actor): Condition => predicate(actor, 'article.read', ARTICLE_ACCESS)

/** Whether what is behind an article is theirs to see, too: what it said, who looks after it, what it belongs to. */
export const seesBehind = (actor: Actor): boolean => allows(actor, 'directory.read')

/** Without a look at access: for commands, which ask the rules themselves. */
export const findArticle = (db: Database, id: string): Promise<Article | null> =>
  db.row(`SELECT ${ARTICLE_COLUMNS} FROM articles a WHERE a.id = $1`, [id])

/** What the rules look at, as it is now. */
export async function factsOfArticles(db: Database, ids: readonly string[]): Promise<Map<string, AccessFacts>> {
  const articles = await db.rows<Article>(`SELECT ${ARTICLE_COLUMNS} FROM articles a WHERE a.id = ANY($1::text[])`, [
    ids,
  ])
  return new Map(articles.map((article) => [article.id, factsOfArticle(article)]))
}

/** Only what the viewer may read; null for the rest. */
export const loadArticle = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const readable = readableArticles(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Article>(
      `SELECT ${ARTICLE_COLUMNS} FROM articles a WHERE a.id = ANY($1::text[]) AND ${readable}`,
      values,
    ),
  )
})

export interface ArticleFilter {
  readonly kind?: readonly ArticleKind[] | null
  readonly status?: readonly ArticleStatus[] | null
  readonly audience?: readonly ArticleAudience[] | null
  readonly categoryId?: readonly string[] | null
  readonly serviceId?: readonly string[] | null
  readonly teamId?: readonly string[] | null
  readonly ownerId?: readonly string[] | null
  readonly tag?: readonly string[] | null
  readonly reviewerId?: string | null
  readonly reviewDueBefore?: Date | null
  readonly title?: string | null
  readonly stale?: boolean | null
  readonly unowned?: boolean | null
  readonly unreadSince?: Date | null
}

export enum ArticleOrder {
  TITLE = 'TITLE',
  RECENTLY_UPDATED = 'RECENTLY_UPDATED',
  NEWEST = 'NEWEST',
}

const ID: OrderColumn<Article> = { sql: 'a.id', of: ({ id }) => id, type: 'text' }

const listing = (first: OrderColumn<Article>, descending: boolean): Listing<Article> => ({
  columns: ARTICLE_COLUMNS,
  from: 'articles a',
  order: [first, ID],
  descending,
})

const LISTINGS: Record<ArticleOrder, Listing<Article>> = {
  TITLE: listing({ sql: 'a.title', of: ({ title }) => title, type: 'text' }, false),
  RECENTLY_UPDATED: listing({ sql: 'a.updated_at', of: ({ updatedAt }) => updatedAt, type: 'timestamptz' }, true),
  NEWEST: listing({ sql: 'a.created_at', of: ({ createdAt }) => createdAt, type: 'timestamptz' }, true),
}

/** Everything in these categories and below them. */
const WITHIN = (categories: string) =>
  `a.category_id IN (WITH RECURSIVE within AS (
     SELECT id FROM article_categories WHERE id = ANY(${categories}::text[])
     UNION SELECT c.id FROM article_categories c JOIN within w ON c.parent_id = w.id) SELECT id FROM within)`

const is =
  (wanted: boolean, condition: Condition): Condition =>
  (bind) =>
    `(${condition(bind)}) IS ${wanted ? '' : 'NOT '}TRUE`

/** In a statement that names the articles `a`. What only those know who see behind them, others cannot ask for. */
export function filterConditions({ actor, now }: Context, filter: ArticleFilter): Condition[] {
  const conditions: Condition[] = []
  const sharing = (column: string, values: readonly string[] | null | undefined) => {
    if (values) conditions.push((bind) => `${column} && ${bind(values)}::text[]`)
  }
  conditions.push(...oneOf('a.kind', filter.kind), ...oneOf('a.audience', filter.audience))
  sharing(
    'a.tags',
    filter.tag?.map((tag) => tag.trim().toLowerCase()),
  )
  const { categoryId } = filter
  if (categoryId) conditions.push((bind) => WITHIN(bind(categoryId)))
  if (filter.title) conditions.push((bind) => `a.title ILIKE ${bind(containing(filter.title!))}`)
  sharing(
    'a.service_ids',
    filter.serviceId?.filter((id) => allows(actor, 'service.read', { ...NO_FACTS, serviceId: id })),
  )
  if (seesBehind(actor)) {
    if (filter.status) conditions.push(...oneOf('a.status', filter.status))
    else conditions.push(() => `a.status <> '${ArticleStatus.ARCHIVED}'`)
    conditions.push(...oneOf('a.team_id', filter.teamId), ...oneOf('a.owner_id', filter.ownerId))
    const { reviewerId, reviewDueBefore, stale, unowned, unreadSince } = filter
    if (typeof stale === 'boolean') conditions.push(is(stale, isStale(now())))
    if (typeof unowned === 'boolean') conditions.push(is(unowned, IS_UNOWNED))
    if (unreadSince) conditions.push(isUnreadSince(unreadSince))
    if (reviewDueBefore) conditions.push((bind) => `a.review_at < ${bind(reviewDueBefore)}`)
    if (reviewerId)
      conditions.push(
        (bind) =>
          `a.status = '${ArticleStatus.IN_REVIEW}' AND EXISTS (SELECT FROM article_reviews r WHERE r.article_id = a.id
             AND r.number = a.latest_version AND r.reviewer_id = ${bind(reviewerId)} AND r.decision IS NULL)`,
      )
  } else if (filter.status && !filter.status.includes(ArticleStatus.PUBLISHED)) conditions.push(() => 'false')
  return conditions
}

export const articlePage = (
  ctx: Context,
  args: ForwardArgs,
  filter?: ArticleFilter | null,
  order?: ArticleOrder | null,
): Promise<Page<Article>> =>
  page(ctx, LISTINGS[order ?? ArticleOrder.TITLE], args, [
    readableArticles(ctx.actor),
    ...filterConditions(ctx, filter ?? {}),
  ])

const VERSION_COLUMNS = selectList('v', [
  ...['id', 'articleId', 'number', 'title', 'body', 'note', 'authorKind', 'authorId', 'createdAt'],
])

/** Without a look at access. */
export const findVersion = (db: Database, articleId: string, number: number): Promise<ArticleVersion | null> =>
  db.row(`SELECT ${VERSION_COLUMNS} FROM article_versions v WHERE v.article_id = $1 AND v.number = $2`, [
    articleId,
    number,
  ])

const keyOf = (articleId: string, number: number) => `${articleId}/${number}`

const loadByKey = defineLoader(async (ctx, keys: readonly string[]) => {
  const parts = keys.map((key) => key.split('/'))
  const versions = await ctx.db.rows<ArticleVersion>(
    `SELECT ${VERSION_COLUMNS} FROM unnest($1::text[], $2::integer[]) AS k(article_id, number)
       JOIN article_versions v ON v.article_id = k.article_id AND v.number = k.number`,
    [parts.map(([id]) => id), parts.map(([, number]) => Number(number))],
  )
  return new Map(versions.map((version) => [keyOf(version.articleId, version.number), version]))
})

/** For links from an article that the viewer reads. */
export const loadVersion = (ctx: Context, articleId: string, number: number) => loadByKey(ctx, keyOf(articleId, number))

/** Newest first; none but for those who see behind an article. */
export const versionPage = definePages<ArticleVersion>({
  columns: VERSION_COLUMNS,
  from: 'article_versions v',
  parent: 'v.article_id',
  order: [{ sql: 'v.number', of: ({ number }) => number, type: 'bigint' }],
  descending: true,
  visible: (ctx) => () => (seesBehind(ctx.actor) ? 'true' : 'false'),
})

/** One by its id: the published one of an article that the viewer reads, any for those who see behind it. */
export const loadVersionById = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const readable = readableArticles(ctx.actor)((value) => `$${values.push(value)}`)
  const which = seesBehind(ctx.actor) ? 'true' : 'v.number = a.published_version'
  return byId(
    await ctx.db.rows<ArticleVersion>(
      `SELECT ${VERSION_COLUMNS} FROM article_versions v JOIN articles a ON a.id = v.article_id
        WHERE v.id = ANY($1::text[]) AND ${which} AND ${readable}`,
      values,
    ),
  )
})

const REVIEW_COLUMNS = selectList('r', [
  ...['articleId', 'number', 'reviewerId', 'decision', 'comment', 'askedAt', 'decidedAt'],
])

/** Without a look at access. */
export const findReviews = (db: Database, articleId: string, number: number): Promise<ArticleReview[]> =>
  db.rows(
    `SELECT ${REVIEW_COLUMNS} FROM article_reviews r WHERE r.article_id = $1 AND r.number = $2 ORDER BY r.asked_at, r.reviewer_id`,
    [articleId, number],
  )

/** Of versions, by their ids; none but for those who see behind an article. */
export const loadReviews = defineLoader(async (ctx, versionIds: readonly string[]) =>
  groupBy(
    seesBehind(ctx.actor)
      ? await ctx.db.rows<ArticleReview & { versionId: string }>(
          `SELECT ${REVIEW_COLUMNS}, v.id AS "versionId" FROM article_versions v
             JOIN article_reviews r ON r.article_id = v.article_id AND r.number = v.number
            WHERE v.id = ANY($1::text[]) ORDER BY r.asked_at, r.reviewer_id`,
          [versionIds],
        )
      : [],
    ({ versionId }) => versionId,
  ),
)
