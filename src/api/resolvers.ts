import { ApiTokenResolver } from '../access/api-token.resolver.js'
import { AlertEventResolver } from '../alerts/alert-event.resolver.js'
import { AlertResolver, IncidentAlertResolver } from '../alerts/alert.resolver.js'
import { DeadLetterResolver } from '../alerts/dead-letter.resolver.js'
import {
  EscalationEntryResolver,
  EscalationEventResolver,
  EscalationResolver,
  IncidentEscalationResolver,
} from '../escalation/escalation.resolver.js'
import { ExplanationResolver } from '../escalation/explanation.resolver.js'
import { PageEventResolver, PageResolver } from '../escalation/page.resolver.js'
import { PolicyResolver, TargetResolver, TeamPoliciesResolver } from '../escalation/policy.resolver.js'
import { RuleResolver } from '../escalation/rule.resolver.js'
import { NodeResolver } from './node.resolver.js'
import { ImportedIncidentResolver } from '../imports/imported-incident.resolver.js'
import { AssignmentResolver, IncidentAssignmentsResolver } from '../incidents/assignment.resolver.js'
import { CustomFieldResolver, IncidentCustomFieldsResolver } from '../incidents/custom-field.resolver.js'
import { FollowerResolver } from '../incidents/follower.resolver.js'
import { ImpactAssessmentResolver, IncidentImpactResolver } from '../incidents/impact-assessment.resolver.js'
import { IncidentEventResolver } from '../incidents/incident-event.resolver.js'
import { IncidentResolver } from '../incidents/incident.resolver.js'
import { ParticipantResolver } from '../incidents/participant.resolver.js'
import { IncidentStatusUpdatesResolver, StatusUpdateResolver } from '../incidents/status-update.resolver.js'
import { IncidentTasksResolver, TaskResolver } from '../incidents/task.resolver.js'
import { IncidentTimelineResolver, TimelineEntryResolver } from '../incidents/timeline-entry.resolver.js'
import { ArticleEventResolver } from '../knowledge/article-event.resolver.js'
import {
  ArticleIncidentsResolver,
  ArticleLinkResolver,
  IncidentArticlesResolver,
} from '../knowledge/article-link.resolver.js'
import { ArticleReviewResolver, ArticleVersionResolver } from '../knowledge/article-version.resolver.js'
import { ArticleResolver } from '../knowledge/article.resolver.js'
import { SimilarIncidentResolver } from '../knowledge/similar-incident.resolver.js'
import { ArticleFacetsResolver, ArticleHitResolver, ArticleSearchResolver } from '../knowledge/search.resolver.js'
import { ArticleAttachmentsResolver, AttachmentResolver } from '../knowledge/attachment.resolver.js'
import { CategoryResolver } from '../knowledge/category.resolver.js'
import { MetricsGroupResolver, MetricsKeyResolver, MetricsResolver } from '../metrics/metrics.resolver.js'
import { AlertRunbooksResolver, IncidentRunbooksResolver } from '../knowledge/runbook.resolver.js'
import { ArticleFeedbackResolver, FeedbackResolver } from '../knowledge/feedback.resolver.js'
import { ArticleInsightResolver, KnowledgeFiguresResolver } from '../knowledge/insight.resolver.js'
import { TemplateResolver } from '../knowledge/template.resolver.js'
import { ResponderLoadResolver } from '../metrics/workload.resolver.js'
import { ContactPointResolver, UserContactPointsResolver } from '../notifications/contact-point.resolver.js'
import { MessageResolver } from '../notifications/message.resolver.js'
import { NotificationRuleResolver, UserNotificationRulesResolver } from '../notifications/notification-rule.resolver.js'
import { DeliveryResolver, NotificationResolver } from '../notifications/notification.resolver.js'
import {
  OverrideResolver,
  ScheduleOverridesResolver,
  ShiftSwapResolver,
  TimeOffResolver,
  UserTimeOffResolver,
} from '../oncall/arrangement.resolver.js'
import { CalendarFeedResolver } from '../oncall/calendar-feed.resolver.js'
import {
  GapResolver,
  OnCallResolver,
  ScheduleOnCallResolver,
  ShareResolver,
  ShiftResolver,
  UserShiftsResolver,
} from '../oncall/on-call.resolver.js'
import {
  LayerResolver,
  RotationResolver,
  ScheduleResolver,
  TeamSchedulesResolver,
} from '../oncall/schedule.resolver.js'
import { IncidentReportResolver } from '../reports/incident-report.resolver.js'
import { SummaryOfSlaResolver, SummaryReportResolver } from '../reports/summary-report.resolver.js'
import { IntegrationResolver } from '../responders/integration.resolver.js'
import { ServiceResolver } from '../responders/service.resolver.js'
import { TeamResolver } from '../responders/team.resolver.js'
import { ApiTokenOwnerResolver, UserResolver } from '../responders/user.resolver.js'
import { BusinessCalendarResolver } from '../sla/business-calendar.resolver.js'
import { SlaPolicyResolver } from '../sla/sla-policy.resolver.js'
import {
  IncidentSlaResolver,
  IncidentWithSlaResolver,
  SlaEventResolver,
  SlaRecordResolver,
} from '../sla/sla-record.resolver.js'
import { RequestEventResolver } from '../selfservice/request-event.resolver.js'
import { IncidentRequestResolver, RequestCommentResolver, RequestResolver } from '../selfservice/request.resolver.js'
import { SearchGapResolver } from '../selfservice/search-gap.resolver.js'
import { RequestFiguresResolver } from '../selfservice/request-figures.resolver.js'

/** Every resolver class of the graph. */
export const RESOLVERS = [
  AlertEventResolver,
  AlertResolver,
  AlertRunbooksResolver,
  ApiTokenOwnerResolver,
  ApiTokenResolver,
  ArticleAttachmentsResolver,
  ArticleEventResolver,
  ArticleFacetsResolver,
  ArticleHitResolver,
  ArticleIncidentsResolver,
  ArticleLinkResolver,
  ArticleFeedbackResolver,
  ArticleInsightResolver,
  ArticleResolver,
  ArticleReviewResolver,
  ArticleSearchResolver,
  ArticleVersionResolver,
  AssignmentResolver,
  AttachmentResolver,
  BusinessCalendarResolver,
  CalendarFeedResolver,
  CategoryResolver,
  ContactPointResolver,
  CustomFieldResolver,
  DeadLetterResolver,
  DeliveryResolver,
  EscalationEntryResolver,
  EscalationEventResolver,
  EscalationResolver,
  ExplanationResolver,
  FeedbackResolver,
  FollowerResolver,
  GapResolver,
  ImpactAssessmentResolver,
  IncidentAlertResolver,
  IncidentArticlesResolver,
  IncidentAssignmentsResolver,
  IncidentCustomFieldsResolver,
  IncidentEscalationResolver,
  IncidentEventResolver,
  IncidentImpactResolver,
  IncidentReportResolver,
  IncidentRequestResolver,
  IncidentResolver,
  IncidentRunbooksResolver,
  IncidentSlaResolver,
  ImportedIncidentResolver,
  IncidentStatusUpdatesResolver,
  IncidentTasksResolver,
  IncidentTimelineResolver,
  IncidentWithSlaResolver,
  IntegrationResolver,
  KnowledgeFiguresResolver,
  LayerResolver,
  MessageResolver,
  MetricsGroupResolver,
  MetricsKeyResolver,
  MetricsResolver,
  NodeResolver,
  NotificationResolver,
  NotificationRuleResolver,
  OnCallResolver,
  OverrideResolver,
  PageEventResolver,
  PageResolver,
  ParticipantResolver,
  PolicyResolver,
  RequestCommentResolver,
  RequestEventResolver,
  RequestFiguresResolver,
  RequestResolver,
  ResponderLoadResolver,
  RotationResolver,
  RuleResolver,
  ScheduleOnCallResolver,
  ScheduleOverridesResolver,
  ScheduleResolver,
  SearchGapResolver,
  ServiceResolver,
  ShareResolver,
  ShiftResolver,
  ShiftSwapResolver,
  SimilarIncidentResolver,
  SlaEventResolver,
  SlaPolicyResolver,
  SlaRecordResolver,
  StatusUpdateResolver,
  SummaryOfSlaResolver,
  SummaryReportResolver,
  TargetResolver,
  TaskResolver,
  TeamPoliciesResolver,
  TeamResolver,
  TeamSchedulesResolver,
  TemplateResolver,
  TimeOffResolver,
  TimelineEntryResolver,
  UserContactPointsResolver,
  UserNotificationRulesResolver,
  UserResolver,
  UserShiftsResolver,
  UserTimeOffResolver,
]
