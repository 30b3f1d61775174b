import { authorise } from '../access/rules.js'
import { type Secret, newIntegrationKey, secretOf } from '../access/secret.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text, wholeNumber } from '../platform/input.js'
import { publicUrl } from '../platform/public-url.js'
import { changeHeartbeat, createHeartbeat, heartbeatTerms } from './heartbeat.commands.js'
import type { HeartbeatTerms } from './heartbeat.js'
import { Integration, IntegrationKind } from './integration.entity.js'
import {
  ExpressionError,
  MAPPING_FIELDS,
  MAXIMUM_EXPRESSION,
  type Mapping,
  compileExpression,
} from './integration.mapping.js'
import { ResponderEventType, recordResponderEvent } from './responder-event.js'
import { Service } from './service.entity.js'
import { Team } from './team.entity.js'
import { unique } from './uniqueness.js'

/** Where each kind of sender is pointed to, below the address of this server. */
export const INTAKE_PATHS: Record<IntegrationKind, string> = {
  ALERTMANAGER: '/intake/alertmanager',
  PAGERDUTY: '/intake/pagerduty/v2/enqueue',
  GENERIC: '/intake/generic',
  HEARTBEAT: '/intake/heartbeat',
}

const NAME = { maximum: 100 }
const REGROUP = { minimum: 0, maximum: 7 * 24 * 60 }
/** Alertmanager goes on with a group that it has reported as resolved; the others open something new. */
const DEFAULT_REGROUP: Record<IntegrationKind, number> = { ALERTMANAGER: 15, PAGERDUTY: 0, GENERIC: 0, HEARTBEAT: 0 }

export const intakeUrl = (ctx: Context, { kind }: Pick<Integration, 'kind'>) =>
  publicUrl(ctx.db.source, INTAKE_PATHS[kind])

/** For whom a key is made: a job that only fetches an address has it there. */
const urlWithKey = (ctx: Context, integration: Integration, { text }: Secret) =>
  integration.kind === IntegrationKind.HEARTBEAT
    ? `${intakeUrl(ctx, integration)}/${encodeURIComponent(text)}`
    : intakeUrl(ctx, integration)

export interface IntegrationSettings {
  /** Null: none. */
  readonly serviceId?: string | null
  readonly teamId?: string | null
  readonly mapping?: Mapping | null
  readonly autoResolve?: boolean | null
  readonly regroupMinutes?: number | null
  /** HEARTBEAT only, and needed there. */
  readonly heartbeat?: HeartbeatTerms | null
}

export interface IntegrationCreate extends IntegrationSettings {
  readonly name: string
  readonly kind: IntegrationKind
  readonly key?: string | null
}

/** The key is answered here and never again. */
export const createIntegration = (ctx: Context, input: IntegrationCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const now = ctx.now()
    const { kind } = input
    const key = keyOf(input.key)
    const heartbeat = heartbeatTerms(kind, input.heartbeat)
    const integration: Integration = {
      id: newId('integration', now.getTime()),
      name: text('name', input.name, NAME),
      kind,
      keyHash: key.hash,
      keyPrefix: key.prefix,
      serviceId: null,
      teamId: null,
      mapping: null,
      autoResolve: true,
      regroupMinutes: DEFAULT_REGROUP[kind],
      active: true,
      createdAt: now,
      updatedAt: now,
      ...(await settingsOf(ctx, kind, input)),
    }
    await uniqueKey(() => ctx.db.entities.insert(Integration, integration))
    if (heartbeat) await createHeartbeat(ctx, integration.id, heartbeat)
    await record(ctx, ResponderEventType.INTEGRATION_CREATED, { ...integration, heartbeat })
    return { integration, key: key.text, url: urlWithKey(ctx, integration, key) }
  })

export interface IntegrationUpdate extends IntegrationSettings {
  readonly id: string
  readonly name?: string | null
  readonly active?: boolean | null
}

/** What is left out stays. Senders notice within a second. */
export const updateIntegration = (ctx: Context, input: IntegrationUpdate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const before = await lockIntegration(ctx, input.id)
    const changes: Partial<Integration> = await settingsOf(ctx, before.kind, input)
    const name = optionalText('name', input.name, NAME)
    if (name !== null) changes.name = name
    if (typeof input.active === 'boolean') changes.active = input.active
    const heartbeat = input.heartbeat === undefined ? null : heartbeatTerms(before.kind, input.heartbeat)
    if (Object.keys(changes).length === 0 && !heartbeat) throw badInput('id', 'Name at least one field to change.')
    const told = heartbeat ? { heartbeat } : {}
    const integration = await save(ctx, before, changes, ResponderEventType.INTEGRATION_UPDATED, told)
    if (before.kind === IntegrationKind.HEARTBEAT)
      await changeHeartbeat(ctx, integration.id, heartbeat, integration.active)
    return { integration }
  })

/** Gives it another key; the old one is refused within a second. */
export const rotateIntegrationKey = (ctx: Context, input: { readonly id: string; readonly key?: string | null }) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const before = await lockIntegration(ctx, input.id)
    const key = keyOf(input.key)
    const changes = { keyHash: key.hash, keyPrefix: key.prefix }
    const integration = await save(ctx, before, changes, ResponderEventType.INTEGRATION_KEY_ROTATED)
    return { integration, key: key.text, url: urlWithKey(ctx, integration, key) }
  })

async function save(
  ctx: Context,
  before: Integration,
  changes: Partial<Integration>,
  type: ResponderEventType,
  told: { heartbeat?: HeartbeatTerms } = {},
) {
  const changed = { ...changes, updatedAt: ctx.now() }
  await uniqueKey(() => ctx.db.entities.update(Integration, { id: before.id }, changed as object))
  await record(ctx, type, { ...changed, ...told, id: before.id })
  return { ...before, ...changed }
}

/** The hash of a key is nobody's business. */
const record = (
  ctx: Context,
  type: ResponderEventType,
  { keyHash: _, ...told }: Partial<Integration> & { id: string; heartbeat?: HeartbeatTerms | null },
) => recordResponderEvent(ctx, type, told.id, told)

const uniqueKey = <T>(write: () => Promise<T>) => unique('key', 'integrations_key_hash_key', write)

async function lockIntegration(ctx: Context, id: string): Promise<Integration> {
  await ctx.db.lock(id)
  const integration = await ctx.db.entities.findOneBy(Integration, { id })
  if (!integration) throw notFound('integration')
  return integration
}

/** A new key, or one that senders have already. It travels in headers, so it is printable ASCII without spaces. */
function keyOf(given: string | null | undefined): Secret {
  if (given === null || given === undefined) return newIntegrationKey()
  const key = text('key', given, { minimum: 16, maximum: 200 })
  if (!/^[\x21-\x7e]+$/.test(key)) throw badInput('key', 'May hold letters, digits and signs of ASCII, and no spaces.')
  return secretOf(key)
}

async function settingsOf(ctx: Context, kind: IntegrationKind, input: IntegrationSettings) {
  const settings: Partial<Integration> = {}
  const { serviceId, teamId, mapping, autoResolve, regroupMinutes } = input
  if (serviceId !== undefined) {
    if (serviceId !== null && !(await ctx.db.entities.existsBy(Service, { id: serviceId })))
      throw notFound('service', 'serviceId')
    settings.serviceId = serviceId
  }
  if (teamId !== undefined) {
    if (teamId !== null && !(await ctx.db.entities.existsBy(Team, { id: teamId }))) throw notFound('team', 'teamId')
    settings.teamId = teamId
  }
  if (mapping !== undefined) settings.mapping = mapping && checkedMapping(kind, mapping)
  if (typeof autoResolve === 'boolean') settings.autoResolve = autoResolve
  if (typeof regroupMinutes === 'number')
    settings.regroupMinutes = wholeNumber('regroupMinutes', regroupMinutes, REGROUP)
  return settings
}

function checkedMapping(kind: IntegrationKind, mapping: Mapping): Mapping {
  if (kind !== IntegrationKind.GENERIC)
    throw badInput('mapping', 'Only an integration of kind GENERIC has a mapping: the others know their sender.')
  const checked: { -readonly [field in keyof Mapping]: string } = {}
  for (const field of MAPPING_FIELDS) {
    const expression = optionalText(`mapping.${field}`, mapping[field], { maximum: MAXIMUM_EXPRESSION })
    if (expression === null) continue
    try {
      compileExpression(expression)
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      throw badInput(`mapping.${field}`, error.message)
    }
    checked[field] = expression
  }
  return checked
}
