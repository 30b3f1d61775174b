import { allows, authorise } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import { mayChange } from '../platform/versioned.js'
import { unique } from '../responders/uniqueness.js'
import { articleBody } from './article-version.js'
import { type ArticleKind, languageTag } from './article.js'
import { TemplateEntity } from './template.entity.js'
import { MAXIMUM_TEMPLATES, TEMPLATE_NAME, type Template } from './template.js'
import { findTemplate, findTemplates } from './template.queries.js'

/** The templates are few, and whoever changes one has them all for themselves. */
const TEMPLATES = 'article_templates'

export interface TemplateCreate {
  readonly name: string
  readonly kind: ArticleKind
  readonly language?: string | null
  readonly body: string
}

export const createTemplate = (ctx: Context, input: TemplateCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'knowledge.configure')
    await ctx.db.lock(TEMPLATES)
    if ((await findTemplates(ctx.db)).length >= MAXIMUM_TEMPLATES)
      throw badInput('name', `There are at most ${MAXIMUM_TEMPLATES} templates.`)
    const now = ctx.now()
    const template: Template = {
      ...{ id: newId('articleTemplate', +now), name: text('name', input.name, TEMPLATE_NAME), kind: input.kind },
      ...{ language: languageTag('language', input.language ?? 'en'), body: articleBody(input.body) },
      ...{ archived: false, createdAt: now, updatedAt: now, version: 1 },
    }
    await uniqueName(() => ctx.db.entities.insert(TemplateEntity, template))
    await record(ctx, 'created', template.id, template)
    return { template }
  })

export interface TemplateChange {
  readonly id: string
  readonly expectedVersion?: number | null
}

export interface TemplateUpdate extends TemplateChange {
  readonly name?: string | null
  readonly kind?: ArticleKind | null
  readonly language?: string | null
  readonly body?: string | null
}

/** Articles that began with it stay as they are. */
export const updateTemplate = (ctx: Context, input: TemplateUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockTemplate(ctx, input.id)
    mayChange('template', before, input.expectedVersion)
    const { name, kind, language, body } = input
    const changes: Partial<Template> = {
      ...(typeof name === 'string' && { name: text('name', name, TEMPLATE_NAME) }),
      ...(kind && { kind }),
      ...(typeof language === 'string' && { language: languageTag('language', language) }),
      ...(typeof body === 'string' && { body: articleBody(body) }),
    }
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    return { template: await save(ctx, before, changes, 'updated') }
  })

/** No article begins with it any more, nor is asked for its sections. Its name is free for another. */
export const archiveTemplate = (ctx: Context, input: TemplateChange) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockTemplate(ctx, input.id)
    if (before.archived) return { template: before }
    mayChange('template', before, input.expectedVersion)
    return { template: await save(ctx, before, { archived: true }, 'archived') }
  })

async function save(ctx: Context, before: Template, changes: Partial<Template>, what: string): Promise<Template> {
  const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
  await uniqueName(() => ctx.db.entities.update(TemplateEntity, { id: before.id }, changed))
  await record(ctx, what, before.id, changes)
  return { ...before, ...changed }
}

/** The template, and all others, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN. */
async function lockTemplate(ctx: Context, id: string): Promise<Template> {
  await ctx.db.lock(TEMPLATES)
  const template = allows(ctx.actor, 'directory.read') ? await findTemplate(ctx.db, id) : null
  if (!template) throw notFound('template')
  authorise(ctx.actor, 'knowledge.configure')
  return template
}

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'article_templates_name', write)

/** Nobody subscribes to it; it is kept for the audit. */
const record = (ctx: Context, what: string, subject: string, payload: object) =>
  recordEvent(ctx, {
    ...{ type: `article_template.${what}`, subject, incidentId: null },
    ...{ audience: Audience.INTERNAL, payload },
  })
