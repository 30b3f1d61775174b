import { hears, predicate } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, oneOf, page } from '../platform/paging.js'
import { RECORD_COLUMNS, findRecords } from './sla-record.store.js'
import type { SlaKind, SlaRecord, SlaState } from './sla-record.js'

/** Clocks are for those who run incidents. Whether the viewer may read the incident is asked before. */
export const mayReadClocks = (actor: Actor): boolean => hears(actor, Audience.INTERNAL)

/** Of incidents that the viewer reads, in order. */
export const loadRecords = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  mayReadClocks(ctx.actor) ? findRecords(ctx.db, incidentIds) : new Map<string, SlaRecord[]>(),
)

const FROM = 'sla_records r JOIN incidents i ON i.id = r.incident_id'

/** One by its id; null where the viewer does not read the incident, or no clocks. */
export const loadRecord = defineLoader(async (ctx, ids: readonly string[]) => {
  if (!mayReadClocks(ctx.actor)) return new Map<string, SlaRecord>()
  const values: unknown[] = [ids]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<SlaRecord>(
      `SELECT ${RECORD_COLUMNS} FROM ${FROM} WHERE r.id = ANY($1::text[]) AND ${readable}`,
      values,
    ),
  )
})

export interface RecordFilter {
  readonly kind?: readonly SlaKind[] | null
  readonly state?: readonly SlaState[] | null
  readonly serviceId?: readonly string[] | null
  readonly teamId?: readonly string[] | null
  readonly running?: boolean | null
}

const LISTING: Listing<SlaRecord> = {
  columns: RECORD_COLUMNS,
  from: FROM,
  order: [
    { sql: 'r.started_at', of: ({ startedAt }) => startedAt, type: 'timestamptz' },
    { sql: 'r.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** Of incidents that the viewer reads, the latest first. */
export function recordPage(ctx: Context, args: ForwardArgs, filter?: RecordFilter | null): Promise<Page<SlaRecord>> {
  const { kind, state, serviceId, teamId, running } = filter ?? {}
  const conditions: Condition[] = [
    mayReadClocks(ctx.actor) ? predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS) : () => 'false',
    ...oneOf('r.kind', kind),
    ...oneOf('r.state', state),
    ...oneOf('i.service_id', serviceId),
    ...oneOf('i.team_id', teamId),
  ]
  if (typeof running === 'boolean') conditions.push(() => `r.stopped_at IS ${running ? '' : 'NOT '}NULL`)
  return page(ctx, LISTING, args, conditions)
}
