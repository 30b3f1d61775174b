import type { Reaction } from './events/reaction.js'
import { DUTY_REACTION } from './escalation/duty.reaction.js'
import { ESCALATION_REACTION, UNDELIVERABLE_REACTION } from './escalation/escalation.reaction.js'
import { ARTICLE_REVIEW_REACTION } from './knowledge/review-reminder.js'
import { ABSENCE_REACTION } from './oncall/time-off.commands.js'
import { SLA_REACTION } from './sla/sla.reaction.js'
import { REQUEST_REACTION } from './selfservice/request.reaction.js'

/** What follows from events in the transaction that records them. */
export const REACTIONS: readonly Reaction[] = [
  ABSENCE_REACTION,
  ARTICLE_REVIEW_REACTION,
  DUTY_REACTION,
  ESCALATION_REACTION,
  SLA_REACTION,
  UNDELIVERABLE_REACTION,
  REQUEST_REACTION,
]
