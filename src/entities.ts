import { ApiToken } from './access/api-token.entity.js'
import { PolicyEntity } from './escalation/policy.entity.js'
import { RuleEntity } from './escalation/rule.entity.js'
import { CustomFieldEntity } from './incidents/custom-field.entity.js'
import { ImpactAssessmentEntity } from './incidents/impact-assessment.entity.js'
import { IncidentEntity } from './incidents/incident.entity.js'
import { StatusUpdateEntity } from './incidents/status-update.entity.js'
import { TaskEntity } from './incidents/task.entity.js'
import { CategoryEntity } from './knowledge/category.entity.js'
import { ArticleEntity, ArticleVersionEntity } from './knowledge/article.entity.js'
import { TemplateEntity } from './knowledge/template.entity.js'
import { ContactPointEntity } from './notifications/contact-point.entity.js'
import { NotificationRuleEntity } from './notifications/notification-rule.entity.js'
import { OverrideEntity, ShiftSwapEntity, TimeOffEntity } from './oncall/arrangement.entity.js'
import { CalendarFeedEntity } from './oncall/calendar-feed.entity.js'
import { LayerEntity, ScheduleEntity } from './oncall/schedule.entity.js'
import { HeartbeatEntity } from './responders/heartbeat.entity.js'
import { Integration } from './responders/integration.entity.js'
import { Service, ServiceGrant } from './responders/service.entity.js'
import { Team, TeamMember } from './responders/team.entity.js'
import { User } from './responders/user.entity.js'
import { BusinessCalendarEntity } from './sla/business-calendar.entity.js'
import { SlaPolicyEntity } from './sla/sla-policy.entity.js'
import { RequestEntity } from './selfservice/request.entity.js'

/** Every table that TypeORM writes. */
export const ENTITIES = [
  ApiToken,
  ArticleEntity,
  ArticleVersionEntity,
  BusinessCalendarEntity,
  CalendarFeedEntity,
  CategoryEntity,
  ContactPointEntity,
  CustomFieldEntity,
  HeartbeatEntity,
  ImpactAssessmentEntity,
  IncidentEntity,
  Integration,
  LayerEntity,
  NotificationRuleEntity,
  OverrideEntity,
  PolicyEntity,
  RequestEntity,
  RuleEntity,
  ScheduleEntity,
  Service,
  ServiceGrant,
  ShiftSwapEntity,
  SlaPolicyEntity,
  StatusUpdateEntity,
  TaskEntity,
  Team,
  TeamMember,
  TemplateEntity,
  TimeOffEntity,
  User,
]
