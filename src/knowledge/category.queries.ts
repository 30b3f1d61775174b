import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { readableArticles, seesBehind } from './article.queries.js'
import type { Category } from './category.js'

const CATEGORY_COLUMNS = selectList('c', ['id', 'parentId', 'name', 'createdAt', 'updatedAt', 'version'])

/** All of them. Without a look at access: for commands. */
export const findCategories = async (db: Database): Promise<Map<string, Category>> =>
  byId(await db.rows<Category>(`SELECT ${CATEGORY_COLUMNS} FROM article_categories c ORDER BY lower(c.name), c.id`))

/** For links from an article that the viewer reads. */
export const loadLinkedCategory = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    await ctx.db.rows<Category>(`SELECT ${CATEGORY_COLUMNS} FROM article_categories c WHERE c.id = ANY($1::text[])`, [
      ids,
    ]),
  ),
)

/**
 * By name. Whoever does not see behind articles sees the categories in which, or below which, there is something for them
 * to read: the name of another would tell of what they may not know.
 */
export async function visibleCategories(ctx: Context): Promise<Category[]> {
  const tree = await findCategories(ctx.db)
  if (seesBehind(ctx.actor)) return [...tree.values()]
  const values: unknown[] = []
  const readable = readableArticles(ctx.actor)((value) => `$${values.push(value)}`)
  const used = await ctx.db.rows<{ id: string }>(
    `WITH RECURSIVE used AS (
       SELECT DISTINCT a.category_id AS id FROM articles a WHERE a.category_id IS NOT NULL AND ${readable}
       UNION SELECT c.parent_id FROM article_categories c JOIN used u ON u.id = c.id WHERE c.parent_id IS NOT NULL)
     SELECT id FROM used`,
    values,
  )
  return used
    .map(({ id }) => tree.get(id)!)
    .sort((a, b) => a.name.toLowerCase().localeCompare(b.name.toLowerCase()) || a.id.localeCompare(b.id))
}

/** Only what the viewer may see; null for the rest. */
export const loadCategory = defineLoader(async (ctx, _ids: readonly string[]) => byId(await visibleCategories(ctx)))
