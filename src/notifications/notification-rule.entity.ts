import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { NotificationRule } from './notification-rule.js'
import type { NotificationUrgency } from './notification.js'

@Entity('notification_rules')
export class NotificationRuleEntity implements NotificationRule {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) userId: string
  @Column({ type: 'text' }) contactPointId: string
  @Column({ type: 'text' }) urgency: NotificationUrgency
  @Column({ type: 'integer' }) delayMinutes: number
  @Column({ type: 'timestamptz' }) createdAt: Date
}
