import { IncidentEventResolver } from '../incidents/incident-event.resolver.js'
import { IncidentResolver } from '../incidents/incident.resolver.js'
import { IncidentTimelineResolver, TimelineEntryResolver } from '../incidents/timeline-entry.resolver.js'
import { TimelineEntryType } from '../incidents/timeline-entry.types.js'

/** Every resolver class of the graph. */
export const RESOLVERS = [IncidentResolver, IncidentEventResolver, TimelineEntryResolver, IncidentTimelineResolver]

/** Types that only `node` may lead to. */
export const TYPES = [TimelineEntryType]
