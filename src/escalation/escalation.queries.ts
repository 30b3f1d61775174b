import { hears } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import type { Actor } from '../platform/actor.js'
import { definePages } from '../platform/child-pages.js'
import { type Database, selectList } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import type { EscalationEntry } from './escalation-entry.js'
import { findEscalations } from './escalation.store.js'

/** Who is called is for those who run incidents. Whether the viewer may read the incident is asked before. */
export const mayReadEscalations = (actor: Actor): boolean => hears(actor, Audience.INTERNAL)

/** Of incidents that the viewer reads; null where nobody is called, and for those who do not run incidents. */
export const loadEscalation = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  mayReadEscalations(ctx.actor) ? findEscalations(ctx.db, incidentIds) : new Map(),
)

const ENTRY_COLUMNS = selectList('t', [
  ...['id', 'incidentId', 'type', 'policyName', 'run', 'pass', 'step', 'reason', 'findings', 'dueAt', 'actorKind'],
  ...['actorId', 'occurredAt', 'position'],
])

type PositionedEntry = EscalationEntry & { readonly position: string }

/** In the order in which they were written. */
export const entryPage = definePages<PositionedEntry>({
  columns: ENTRY_COLUMNS,
  from: 'escalation_entries t',
  parent: 't.incident_id',
  order: [{ sql: 't.position', of: ({ position }) => position, type: 'bigint' }],
  descending: false,
})

/** For links from what the viewer reads already; null for those who do not run incidents. */
export const loadEntry = defineLoader(async (ctx, ids: readonly string[]) => {
  if (!mayReadEscalations(ctx.actor)) return new Map<string, PositionedEntry>()
  const rows = await ctx.db.rows<PositionedEntry>(
    `SELECT ${ENTRY_COLUMNS} FROM escalation_entries t WHERE t.id = ANY($1::text[])`,
    [ids],
  )
  return new Map(rows.map((entry) => [entry.id, entry]))
})

/** Explained at once; what an incident that nobody answers for days did before is read by pages. */
const EXPLAINED = 500

/** The last ones of an incident, oldest first. */
export const findEntries = async (db: Database, incidentId: string): Promise<EscalationEntry[]> =>
  (
    await db.rows<EscalationEntry>(
      `SELECT ${ENTRY_COLUMNS} FROM escalation_entries t WHERE t.incident_id = $1 ORDER BY t.position DESC LIMIT ${EXPLAINED}`,
      [incidentId],
    )
  ).reverse()
