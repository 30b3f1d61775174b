import { authorise } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import { mayChange } from '../platform/versioned.js'
import { unique } from '../responders/uniqueness.js'
import { CategoryEntity } from './category.entity.js'
import { CATEGORY_NAME, type Category, MAXIMUM_CATEGORIES, follow, mayLieBelow } from './category.js'
import { findCategories } from './category.queries.js'

/** The tree is one: whoever changes it has it for themselves. */
const TREE = 'article_categories'

export interface CategoryCreate {
  readonly name: string
  readonly parentId?: string | null
}

export const createCategory = (ctx: Context, input: CategoryCreate) =>
  inTransaction(ctx, async (ctx) => {
    const tree = await lockTree(ctx)
    if (tree.size >= MAXIMUM_CATEGORIES) throw badInput('name', `There are at most ${MAXIMUM_CATEGORIES} categories.`)
    const parentId = input.parentId ?? null
    if (parentId !== null && !tree.has(parentId)) throw notFound('category', 'parentId')
    mayLieBelow(tree, null, parentId)
    const now = ctx.now()
    const category: Category = {
      ...{ id: newId('articleCategory', +now), parentId, name: text('name', input.name, CATEGORY_NAME) },
      ...{ createdAt: now, updatedAt: now, version: 1 },
    }
    await uniqueName(() => ctx.db.entities.insert(CategoryEntity, category))
    await record(ctx, 'created', category.id, category)
    return { category }
  })

/** The category at a path from the root, made where it is missing; null for an empty path. */
export async function categoryAt(ctx: Context, path: readonly string[]): Promise<string | null> {
  const found = follow(await findCategories(ctx.db), path)
  if (found.missing.length === 0) return found.id
  return inTransaction(ctx, async (ctx) => {
    const { id, missing } = follow(await lockTree(ctx), path)
    let parentId = id
    for (const name of missing) parentId = (await createCategory(ctx, { name, parentId })).category.id
    return parentId
  })
}

export interface CategoryUpdate {
  readonly id: string
  readonly expectedVersion?: number | null
  readonly name?: string | null
  /** Null makes it a root. */
  readonly parentId?: string | null
}

export const updateCategory = (ctx: Context, input: CategoryUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const tree = await lockTree(ctx)
    const before = tree.get(input.id)
    if (!before) throw notFound('category')
    mayChange('category', { ...before, archived: false }, input.expectedVersion)
    const changes: Partial<Category> = {}
    if (typeof input.name === 'string') changes.name = text('name', input.name, CATEGORY_NAME)
    if (input.parentId !== undefined) {
      if (input.parentId !== null && !tree.has(input.parentId)) throw notFound('category', 'parentId')
      mayLieBelow(tree, before.id, input.parentId)
      changes.parentId = input.parentId
    }
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
    await uniqueName(() => ctx.db.entities.update(CategoryEntity, { id: before.id }, changed))
    await record(ctx, 'updated', before.id, changes)
    return { category: { ...before, ...changed } }
  })

/** Errors: CONFLICT while something is filed in it. */
export const deleteCategory = (
  ctx: Context,
  input: { readonly id: string; readonly expectedVersion?: number | null },
) =>
  inTransaction(ctx, async (ctx) => {
    const category = (await lockTree(ctx)).get(input.id)
    if (!category) throw notFound('category')
    mayChange('category', { ...category, archived: false }, input.expectedVersion)
    const inUse = await ctx.db.row(
      `SELECT FROM article_categories WHERE parent_id = $1 UNION ALL SELECT FROM articles WHERE category_id = $1 LIMIT 1`,
      [category.id],
    )
    if (inUse)
      throw new UserError(ErrorCode.CONFLICT, `“${category.name}” is not empty: file what is in it elsewhere.`, 'id')
    await ctx.db.entities.delete(CategoryEntity, { id: category.id })
    await record(ctx, 'deleted', category.id, {})
    return { category }
  })

async function lockTree(ctx: Context): Promise<Map<string, Category>> {
  authorise(ctx.actor, 'knowledge.configure')
  await ctx.db.lock(TREE)
  return findCategories(ctx.db)
}

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'article_categories_name', write)

/** Nobody subscribes to it; it is kept for the audit. */
const record = (ctx: Context, what: string, subject: string, payload: object) =>
  recordEvent(ctx, {
    type: `article_category.${what}`,
    subject,
    incidentId: null,
    audience: Audience.INTERNAL,
    payload,
  })
