import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Condition } from './policy.js'
import type { EscalationRule } from './rule.js'

@Entity('escalation_rules')
export class RuleEntity implements EscalationRule {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'integer' }) position: number
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text', array: true, nullable: true }) serviceIds: string[] | null
  @Column({ type: 'text', array: true, nullable: true }) teamIds: string[] | null
  @Column({ type: 'jsonb', nullable: true }) condition: Condition | null
  @Column({ type: 'text' }) policyId: string
  @Column({ type: 'timestamptz' }) createdAt: Date
}
