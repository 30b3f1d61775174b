import { updateIncidents } from '../incidents/incident-batch.js'
import { IncidentEventType, recordIncidentEvents } from '../incidents/incident-event.js'
import { IncidentStatus, transition } from '../incidents/incident.js'
import { findIncidents } from '../incidents/incident.queries.js'
import { inTransaction } from '../platform/context.js'
import type { Task } from '../platform/jobs.js'
import { findRequests } from './request.queries.js'
import { REQUEST_CLOSING } from './request.reaction.js'
import { RequestStatus } from './request.js'

/**
 * Closes what was solved and has not been reopened in time, by its incident. A request that was reopened, or closed by
 * somebody, is passed over: it is not solved any more.
 */
export const REQUEST_CLOSING_TASK: Task = {
  name: REQUEST_CLOSING,
  lane: 'timers',
  overdue: 'SELECT id, closes_at AS "dueAt" FROM requests WHERE closes_at < $1',
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      const incidentIds = [...(await findRequests(ctx.db, ids)).values()].map(({ incidentId }) => incidentId)
      if (incidentIds.length === 0) return
      await ctx.db.lock(...incidentIds)
      const now = ctx.now()
      const due = [...(await findRequests(ctx.db, ids)).values()].filter(
        ({ status, answerUntil }) => status === RequestStatus.SOLVED && answerUntil! <= now,
      )
      if (due.length === 0) return
      const incidents = await findIncidents(
        ctx.db,
        due.map(({ incidentId }) => incidentId),
      )
      const closed = [...incidents.values()].map((incident) => ({
        ...incident,
        ...transition(incident, IncidentStatus.CLOSED, now),
        ...{ updatedAt: now, version: incident.version + 1 },
      }))
      await updateIncidents(ctx, closed)
      await recordIncidentEvents(
        ctx,
        closed.map((incident) => ({
          ...{ type: IncidentEventType.CLOSED, incident },
          body: 'Closed: it was solved, and whoever reported it has not said otherwise in time',
        })),
      )
    }),
}
