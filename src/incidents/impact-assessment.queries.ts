import { hears, predicate } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { definePages } from '../platform/child-pages.js'
import type { Service } from '../responders/service.entity.js'
import { SERVICE_COLUMNS, loadService } from '../responders/service.queries.js'
import type { ImpactAssessment } from './impact-assessment.js'
import type { Incident } from './incident.js'
import { INCIDENT_ACCESS } from './incident.queries.js'

const COLUMNS = selectList('a', [
  ...['id', 'incidentId', 'position', 'summary', 'usersAffected', 'serviceIds', 'authorId', 'assessedAt'],
])

/** Stakeholders want to know how bad it is; requesters and partners are told by status updates. */
const mayRead = (ctx: Context) => hears(ctx.actor, Audience.STAKEHOLDER)

/** Newest first. */
export const impactAssessmentPage = definePages<ImpactAssessment & { position: string }>({
  columns: COLUMNS,
  from: 'impact_assessments a',
  parent: 'a.incident_id',
  order: [{ sql: 'a.position', of: ({ position }) => String(position), type: 'bigint' }],
  descending: true,
  visible: (ctx) => () => (mayRead(ctx) ? 'true' : 'false'),
})

/** One by its id; only what the viewer may read. */
export const loadImpactAssessment = defineLoader(async (ctx, ids: readonly string[]) => {
  if (!mayRead(ctx)) return new Map<string, ImpactAssessment>()
  const values: unknown[] = [ids]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<ImpactAssessment>(
      `SELECT ${COLUMNS} FROM impact_assessments a JOIN incidents i ON i.id = a.incident_id
        WHERE a.id = ANY($1::text[]) AND ${readable}`,
      values,
    ),
  )
})

const loadLatestServiceIds = defineLoader(async (ctx, incidentIds: readonly string[]) => {
  if (!mayRead(ctx)) return new Map<string, string[]>()
  const latest = await ctx.db.rows<ImpactAssessment>(
    `SELECT DISTINCT ON (a.incident_id) ${COLUMNS} FROM impact_assessments a
      WHERE a.incident_id = ANY($1::text[]) ORDER BY a.incident_id, a.position DESC`,
    [incidentIds],
  )
  return new Map(latest.map(({ incidentId, serviceIds }) => [incidentId, serviceIds]))
})

/** The service of the incident first, then those that its latest assessment names, for viewers who may read that. */
export async function affectedServices(ctx: Context, { id, serviceId }: Incident): Promise<Service[]> {
  const ids = new Set([serviceId, ...((await loadLatestServiceIds(ctx, id)) ?? [])])
  const services = await Promise.all([...ids].map((id) => (id ? loadService(ctx, id) : null)))
  return services.filter((service) => service !== null)
}

/** Those of the ids that exist, by name. */
export const findServices = (db: Database, ids: readonly string[]): Promise<Service[]> =>
  db.rows(`SELECT ${SERVICE_COLUMNS} FROM services s WHERE s.id = ANY($1::text[]) ORDER BY s.name, s.id`, [ids])
