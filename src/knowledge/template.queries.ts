import { authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { ErrorCode, UserError, notFound } from '../platform/errors.js'
import { byId, defineLoader } from '../platform/loader.js'
import type { ArticleKind } from './article.js'
import { seesBehind } from './article.queries.js'
import type { Template } from './template.js'

const TEMPLATE_COLUMNS = selectList('t', [
  ...['id', 'name', 'kind', 'language', 'body', 'archived', 'createdAt', 'updatedAt', 'version'],
])

export interface TemplateFilter {
  readonly kind?: readonly ArticleKind[] | null
  readonly archived?: boolean | null
}

/** By name. Without a look at access. */
export const findTemplates = (db: Database, { kind, archived }: TemplateFilter = {}): Promise<Template[]> =>
  db.rows(
    `SELECT ${TEMPLATE_COLUMNS} FROM article_templates t
      WHERE t.archived = $1 AND ($2::text[] IS NULL OR t.kind = ANY($2)) ORDER BY lower(t.name), t.id`,
    [archived ?? false, kind ?? null],
  )

/** Archived or not. Without a look at access. */
export const findTemplate = (db: Database, id: string): Promise<Template | null> =>
  db.row(`SELECT ${TEMPLATE_COLUMNS} FROM article_templates t WHERE t.id = $1`, [id])

/** Errors: FORBIDDEN for those who do not see behind articles. */
export async function readableTemplates(ctx: Context, filter: TemplateFilter): Promise<Template[]> {
  authorise(ctx.actor, 'directory.read')
  return findTemplates(ctx.db, filter)
}

/** To begin an article with. Errors: NOT_FOUND, CONFLICT when it is archived; both name the input field. */
export async function findUsableTemplate(ctx: Context, field: string, id: string): Promise<Template> {
  const template = seesBehind(ctx.actor) ? await findTemplate(ctx.db, id) : null
  if (!template) throw notFound('template', field)
  if (template.archived) throw new UserError(ErrorCode.CONFLICT, `“${template.name}” is archived.`, field)
  return template
}

/** Null for those who do not see behind articles. */
export const loadTemplate = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    seesBehind(ctx.actor)
      ? await ctx.db.rows<Template>(
          `SELECT ${TEMPLATE_COLUMNS} FROM article_templates t WHERE t.id = ANY($1::text[])`,
          [ids],
        )
      : [],
  ),
)
