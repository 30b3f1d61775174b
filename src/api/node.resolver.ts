import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql'
import { loadToken } from '../access/api-token.queries.js'
import { loadAlert } from '../alerts/alert.queries.js'
import { loadDeadLetter } from '../alerts/dead-letter.queries.js'
import { loadEntry } from '../escalation/escalation.queries.js'
import { loadPage } from '../escalation/page.queries.js'
import { loadPolicy } from '../escalation/policy.queries.js'
import { loadRule } from '../escalation/rule.queries.js'
import { loadImpactAssessment } from '../incidents/impact-assessment.queries.js'
import { loadIncident } from '../incidents/incident.queries.js'
import { loadStatusUpdate } from '../incidents/status-update.queries.js'
import { loadTask } from '../incidents/task.queries.js'
import { loadTimelineEntry } from '../incidents/timeline-entry.queries.js'
import { loadArticle, loadVersionById } from '../knowledge/article.queries.js'
import { loadCategory } from '../knowledge/category.queries.js'
import { loadTemplate } from '../knowledge/template.queries.js'
import { loadOverride, loadSwap, loadTimeOff } from '../oncall/arrangement.queries.js'
import { loadFeed } from '../oncall/calendar-feed.queries.js'
import { loadReadableContactPoint } from '../notifications/contact-point.queries.js'
import { findMessage } from '../notifications/message.queries.js'
import { loadNotificationRule } from '../notifications/notification-rule.queries.js'
import { loadNotification } from '../notifications/notification.queries.js'
import { loadLayer, loadSchedule } from '../oncall/schedule.queries.js'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import { Node } from '../platform/graphql.js'
import { type Noun, nounOf } from '../platform/id.js'
import { MAXIMUM_PAGE } from '../platform/paging.js'
import { findIntegration } from '../responders/integration.queries.js'
import { loadService } from '../responders/service.queries.js'
import { loadFindableTeam } from '../responders/team.queries.js'
import { loadFindableUser } from '../responders/user.queries.js'
import { loadCalendar } from '../sla/business-calendar.queries.js'
import { loadPolicy as loadSlaPolicy } from '../sla/sla-policy.queries.js'
import { loadRecord } from '../sla/sla-record.queries.js'
import { loadRequest } from '../selfservice/request.queries.js'

/**
 * Anything by its id alone, as Relay fetches things again. Every loader asks the same rules as the noun's own query;
 * what may not be read is null, exactly like what does not exist.
 */

type LoadNode = (ctx: Context, id: string) => Promise<object | null>

/** Timeline entries are read under an incident that may be seen; here it must be asked. */
const loadTimelineEntryNode: LoadNode = async (ctx, id) => {
  const entry = await loadTimelineEntry(ctx, id)
  return entry && (await loadIncident(ctx, entry.incidentId)) ? entry : null
}

/** Entries of escalations, too. */
const loadEntryNode: LoadNode = async (ctx, id) => {
  const entry = await loadEntry(ctx, id)
  return entry && (await loadIncident(ctx, entry.incidentId)) ? entry : null
}

/** A noun that is missing here is read only through what it belongs to. */
const LOADERS: Readonly<Partial<Record<Noun, LoadNode>>> = {
  alert: loadAlert,
  apiToken: loadToken,
  article: loadArticle,
  articleCategory: loadCategory,
  articleTemplate: loadTemplate,
  articleVersion: loadVersionById,
  businessCalendar: loadCalendar,
  calendarFeed: loadFeed,
  contactPoint: loadReadableContactPoint,
  deadLetter: loadDeadLetter,
  escalationEntry: loadEntryNode,
  escalationPolicy: loadPolicy,
  escalationRule: loadRule,
  impactAssessment: loadImpactAssessment,
  incident: loadIncident,
  integration: findIntegration,
  message: findMessage,
  notification: loadNotification,
  notificationRule: loadNotificationRule,
  page: loadPage,
  request: loadRequest,
  schedule: loadSchedule,
  scheduleLayer: loadLayer,
  scheduleOverride: loadOverride,
  service: loadService,
  shiftSwap: loadSwap,
  slaPolicy: loadSlaPolicy,
  slaRecord: loadRecord,
  statusUpdate: loadStatusUpdate,
  task: loadTask,
  team: loadFindableTeam,
  timeOff: loadTimeOff,
  timelineEntry: loadTimelineEntryNode,
  user: loadFindableUser,
}

async function loadNode(ctx: Context, id: string): Promise<object | null> {
  const noun = nounOf(id)
  return (noun && (await LOADERS[noun]?.(ctx, id))) ?? null
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Whatever has this id; null when there is nothing that the viewer may see.',
  })
  node(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The id of anything.' }) id: string) {
    return loadNode(ctx, id)
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'Whatever has these ids, in their order; null in the place of what the viewer may not see.',
  })
  nodes(@Ctx() ctx: Context, @Arg('ids', () => [ID], { description: 'At most 100 ids of anything.' }) ids: string[]) {
    if (ids.length > MAXIMUM_PAGE) throw badInput('ids', `Give at most ${MAXIMUM_PAGE} ids, not ${ids.length}.`)
    return Promise.all(ids.map((id) => loadNode(ctx, id)))
  }
}
