import { Audience } from '../events/audience.js'
import { holdIncident, resolveIncident, startIncident } from '../incidents/incident.commands.js'
import { HoldReason } from '../incidents/incident.js'
import { addNote } from '../incidents/timeline-entry.commands.js'
import { type Actor, Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { commentRequest, rateRequest, reopenRequest, reportRequest } from '../selfservice/request.commands.js'
import { RequestHindrance, RequestReach } from '../selfservice/request.js'
import type { ServiceName } from './company.js'
import type { Stage, Step } from './script.js'

/** What an employee reports in two weeks, and what they think of the help. */

interface Report {
  readonly daysAgo: number
  readonly service: ServiceName
  readonly title: string
  readonly description: string
  readonly reach?: RequestReach
  readonly hindrance?: RequestHindrance
  /** What is said on it: `?` begins what the responder asks and waits for, `>` what the requester answers. */
  readonly talk?: readonly string[]
  readonly resolution?: string
  /** Why it was reopened, and what solved it then. */
  readonly again?: readonly [reason: string, resolution: string]
  readonly rating?: readonly [score: number, comment?: string]
}

const REPORTS: readonly Report[] = [
  {
    ...{ daysAgo: 13, service: 'Customer Accounts', title: 'I cannot sign in after my holiday' },
    ...{ description: 'It says that my password has expired, and does not let me set a new one.' },
    hindrance: RequestHindrance.CANNOT_WORK,
    talk: ['We have sent you a link by which you can set a new one.', '> It works, thank you!'],
    resolution: 'The password had not been used for 30 days and had expired. It was reset.',
    rating: [5, 'Back at work within the hour.'],
  },
  {
    ...{ daysAgo: 8, service: 'Message Queue', title: 'Labels come out blank' },
    ...{ description: 'The label printer at gate 3 prints blank labels since this morning.' },
    reach: RequestReach.MY_TEAM,
    talk: ['? Does the test page of the printer come out blank, too?', '> No, the test page is fine.'],
    resolution: 'The template had lost its font. It was restored.',
    again: ['They are blank again after the restart.', 'The template is kept in the image of the printer now.'],
    rating: [3, 'Took two rounds.'],
  },
  {
    ...{ daysAgo: 2, service: 'Product Search', title: 'The product page shows yesterday’s price' },
    ...{ description: 'Customers call because the basket shows another price than the page.' },
    reach: RequestReach.MANY_PEOPLE,
    resolution: 'The cache of prices was not emptied after the import. It is now.',
    rating: [4],
  },
  {
    ...{ daysAgo: 0.6, service: 'Order Database', title: 'My export of orders stops halfway' },
    ...{ description: 'It stops at row 10,000 without a message.' },
    talk: ['? Which columns have you chosen?'],
  },
  {
    ...{ daysAgo: 0.1, service: 'Customer Accounts', title: 'A new colleague has no access to the order system' },
    ...{ description: 'She starts on Monday.', hindrance: RequestHindrance.CAN_WAIT },
  },
]

const HOUR = 3_600_000 // milliseconds

/** The steps of all of them; none where nobody has the role of a requester. */
export const requestSteps = (stage: Stage): Step[] => {
  const requester = stage.cast.one(Role.REQUESTER)
  return requester ? REPORTS.flatMap((report) => stepsOf(report, stage, requester)) : []
}

function stepsOf(report: Report, stage: Stage, requester: Actor): Step[] {
  const { id: serviceId, teamId } = stage.serviceOf(report.service)
  const responder = stage.cast.responders(teamId)[0]!
  const { talk = [], resolution, again, rating } = report
  const steps: Step[] = []
  let at = stage.now.getTime() - report.daysAgo * 24 * HOUR
  let requestId = ''
  let incidentId = ''
  const next = (by: Actor, act: (ctx: Context) => Promise<unknown>) => {
    steps.push({ at: new Date(at), by, act })
    at += HOUR / 2
  }
  const solve = (resolution: string) => next(responder, (ctx) => resolveIncident(ctx, { id: incidentId, resolution }))

  next(requester, async (ctx) => {
    const { title, description, reach, hindrance } = report
    const contact = 'Extension 417'
    const { request } = await reportRequest(ctx, { title, description, reach, hindrance, serviceId, contact })
    requestId = request.id
    incidentId = request.incidentId
  })
  if (resolution || talk.length > 0) next(responder, (ctx) => startIncident(ctx, { id: incidentId }))
  for (const said of talk) {
    const body = said.replace(/^[?>] /, '')
    if (said.startsWith('?'))
      next(responder, (ctx) => {
        return holdIncident(ctx, { id: incidentId, reason: HoldReason.USER_INFORMATION, note: body })
      })
    else if (said.startsWith('>')) next(requester, (ctx) => commentRequest(ctx, { id: requestId, body }))
    else next(responder, (ctx) => addNote(ctx, { id: incidentId, body, audience: Audience.PUBLIC }))
  }
  if (resolution) solve(resolution)
  if (again) {
    next(requester, (ctx) => reopenRequest(ctx, { id: requestId, reason: again[0] }))
    solve(again[1])
  }
  if (rating) next(requester, (ctx) => rateRequest(ctx, { id: requestId, score: rating[0], comment: rating[1] }))
  return steps
}
