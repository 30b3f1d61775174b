import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'

/** What can happen to policies and rules. Nobody subscribes to it; it is kept for the audit. */
export enum PolicyEventType {
  POLICY_CREATED = 'escalation_policy.created',
  POLICY_UPDATED = 'escalation_policy.updated',
  POLICY_ARCHIVED = 'escalation_policy.archived',
  RULE_CREATED = 'escalation_rule.created',
  RULE_UPDATED = 'escalation_rule.updated',
  RULE_MOVED = 'escalation_rule.moved',
  RULE_DELETED = 'escalation_rule.deleted',
}

/** @param payload what was set */
export const recordPolicyEvent = (ctx: Context, type: PolicyEventType, subject: string, payload: object) =>
  recordEvent(ctx, { type, subject, incidentId: null, audience: Audience.INTERNAL, payload })
