import { type Action, NO_FACTS, allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText } from '../platform/input.js'
import { ArticleEventType, recordArticleEvent } from './article-event.js'
import { type ArticleText, articleBody, articleTitle } from './article-version.js'
import { ArticleEntity, ArticleVersionEntity } from './article.entity.js'
import {
  type Article,
  type ArticleFields,
  type ArticleSketch,
  ArticleStatus,
  articleFields,
  audienceFits,
  changedFields,
  factsOfArticle,
  isSame,
  mayBeWritten,
  mustHaveVersion,
  newArticleFields,
} from './article.js'
import { findArticle, findVersion } from './article.queries.js'
import { readForIndex, writeIndex } from './search-index.store.js'
import { filledSections } from './sections.js'
import { findUsableTemplate } from './template.queries.js'

/** Writing: what an article says, and what it is about. Who gets to read it is decided in `publication.commands.ts`. */

export interface ArticleInput {
  readonly id: string
  /** When given, the command is done only if the article still has this version. */
  readonly expectedVersion?: number | null
}

export interface ArticleCreate extends ArticleSketch {
  readonly title: string
  /** That of the template when left out. */
  readonly body?: string | null
  readonly templateId?: string | null
}

/** A draft. Whoever writes it owns it, unless somebody else is named. @param id one that was kept free for it */
export const createArticle = (ctx: Context, input: ArticleCreate, id?: string) =>
  inTransaction(ctx, async (ctx) => {
    const template = input.templateId ? await findUsableTemplate(ctx, 'templateId', input.templateId) : null
    const body = input.body ?? template?.body
    if (typeof body !== 'string') throw badInput('body', 'Say what it says, or name a template to begin with.')
    const fields = newArticleFields({
      ...{ ownerId: ctx.actor.id, ...input },
      ...{ kind: input.kind ?? template?.kind, language: input.language ?? template?.language },
    })
    audienceFits(fields)
    // Owning it does not make it theirs to write yet.
    authorise(ctx.actor, 'article.write', factsOfArticle({ ...fields, ownerId: null, publishedVersion: null }))
    const says = { title: articleTitle(input.title), body: articleBody(body) }
    await mustExist(ctx, fields)
    const article = await insertArticle(ctx, fields, says, id)
    return { article, eventCursor: await recordArticleEvent(ctx, ArticleEventType.CREATED, article) }
  })

/** A new draft, and its first version. What it holds has been checked. */
export async function insertArticle(
  ctx: Context,
  fields: ArticleFields,
  says: ArticleText,
  id?: string,
): Promise<Article> {
  const now = ctx.now()
  const next = await ctx.db.row<{ number: number }>(
    "SELECT nextval(pg_get_serial_sequence('articles', 'number'))::int AS number",
  )
  const article: Article = {
    ...{
      id: id ?? newId('article', +now),
      number: next!.number,
      status: ArticleStatus.DRAFT,
      title: says.title,
      ...fields,
    },
    ...{ latestVersion: 1, publishedVersion: null, publishedAt: null },
    ...{ createdAt: now, updatedAt: now, version: 1 },
  }
  await ctx.db.entities.insert(ArticleEntity, article)
  await insertVersion(ctx, article, says, null)
  return article
}

/** What it says from now on, under the number of its latest version. */
const insertVersion = ({ db, actor, now }: Context, article: Article, says: ArticleText, note: string | null) =>
  db.entities.insert(ArticleVersionEntity, {
    ...{ id: newId('articleVersion', +now()), articleId: article.id, number: article.latestVersion, ...says, note },
    ...{ authorKind: actor.kind, authorId: actor.id, createdAt: now(), sections: filledSections(says.body) },
  })

export interface ArticleUpdate extends ArticleInput, ArticleSketch {
  readonly title?: string | null
  readonly body?: string | null
  readonly note?: string | null
}

/** A new text is a new version, and a draft again; what it is about changes at once. */
export const updateArticle = (ctx: Context, input: ArticleUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.write')
    mayBeWritten(before)
    const fields = changedFields(before, articleFields(input))
    if (fields.audience !== undefined || fields.teamId !== undefined || fields.ownerId !== undefined)
      authorise(ctx.actor, 'article.publish', factsOfArticle(before))
    audienceFits({ ...before, ...fields })
    await mustExist(ctx, fields)
    const said = (await findVersion(ctx.db, before.id, before.latestVersion))!
    const says = {
      title: typeof input.title === 'string' ? articleTitle(input.title) : said.title,
      body: typeof input.body === 'string' ? articleBody(input.body) : said.body,
    }
    const note = optionalText('note', input.note, { maximum: 500 })
    const isRevised = says.title !== said.title || says.body !== said.body
    if (!isRevised && Object.keys(fields).length === 0) return { article: before, eventCursor: null }
    return isRevised
      ? revise(ctx, before, fields, says, note)
      : saveArticle(ctx, before, fields, ArticleEventType.UPDATED)
  })

export interface ArticleRestore extends ArticleInput {
  readonly number: number
}

/** Says again what it said in an older version: in a new one, which is a draft. */
export const restoreVersion = (ctx: Context, input: ArticleRestore) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.write')
    mayBeWritten(before)
    const old = await findVersion(ctx.db, before.id, input.number)
    if (!old) throw notFound('version', 'number')
    if (old.number === before.latestVersion) throw badInput('number', 'This is the latest version.')
    return revise(ctx, before, {}, old, `As in version ${old.number}`)
  })

async function revise(
  ctx: Context,
  before: Article,
  fields: Partial<ArticleFields>,
  { title, body }: ArticleText,
  note: string | null,
) {
  const { publishedVersion, latestVersion } = before
  const changes = {
    ...{ ...fields, status: ArticleStatus.DRAFT, latestVersion: latestVersion + 1 },
    ...(publishedVersion === null && { title }), // readers know it by the title that they read
  }
  await insertVersion(ctx, { ...before, ...changes }, { title, body }, note)
  return saveArticle(ctx, before, changes, ArticleEventType.REVISED)
}

/** Saves and records it: the end of every command. */
export async function saveArticle(ctx: Context, before: Article, fields: Partial<Article>, type: ArticleEventType) {
  const changes = { ...fields, updatedAt: ctx.now(), version: before.version + 1 }
  const article = { ...before, ...changes }
  const { id, publishedVersion } = article
  const isIndexed = isFoundOtherwise(before, article)
  const entry = isIndexed && publishedVersion !== null ? await readForIndex(ctx, article, publishedVersion) : null
  await ctx.db.entities.update(ArticleEntity, { id }, changes)
  if (isIndexed) await writeIndex(ctx, id, entry)
  return { article, eventCursor: await recordArticleEvent(ctx, type, article) }
}

/** Whether what the search reads of it has changed. */
const isFoundOtherwise = (before: Article, after: Article): boolean =>
  (['publishedVersion', 'language', 'tags', 'alertNames'] as const).some(
    (field) => !isSame(before[field], after[field]),
  ) &&
  (before.publishedVersion !== null || after.publishedVersion !== null)

/** The article, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN, CONFLICT. */
export async function lockArticle(
  ctx: Context,
  { id, expectedVersion }: ArticleInput,
  action: Action,
  field = 'id',
): Promise<Article> {
  await ctx.db.lock(id)
  const article = await findArticle(ctx.db, id)
  if (!article || !allows(ctx.actor, 'article.read', factsOfArticle(article))) throw notFound('article', field)
  authorise(ctx.actor, action, factsOfArticle(article))
  mustHaveVersion(article, expectedVersion)
  return article
}

/** What is named is there. Errors: NOT_FOUND, BAD_USER_INPUT. */
async function mustExist(ctx: Context, fields: Partial<ArticleFields>): Promise<void> {
  const { teamId, ownerId, categoryId, serviceIds } = fields
  const there = async (table: string, id: string) =>
    ctx.db.row<{ active?: boolean; name?: string }>(`SELECT * FROM ${table} WHERE id = $1`, [id])
  if (teamId && !(await there('teams', teamId))) throw notFound('team', 'teamId')
  if (categoryId && !(await there('article_categories', categoryId))) throw notFound('category', 'categoryId')
  if (ownerId && ctx.actor.id !== ownerId) {
    const owner = await there('users', ownerId)
    if (!owner) throw notFound('user', 'ownerId')
    if (!owner.active) throw badInput('ownerId', `${owner.name} is not active any more.`)
  }
  if (!serviceIds) return
  const known = await ctx.db.rows<{ id: string }>('SELECT id FROM services WHERE id = ANY($1::text[])', [serviceIds])
  const missing = serviceIds.findIndex(
    (id) => !known.some((row) => row.id === id) || !allows(ctx.actor, 'service.read', { ...NO_FACTS, serviceId: id }),
  )
  if (missing >= 0) throw notFound('service', `serviceIds.${missing}`)
}
