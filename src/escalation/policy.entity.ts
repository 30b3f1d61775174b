import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Hours } from '../platform/hours.js'
import type { EscalationPolicy, PolicyStep } from './policy.js'

@Entity('escalation_policies')
export class PolicyEntity implements EscalationPolicy {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text', nullable: true }) teamId: string | null
  @Column({ type: 'jsonb' }) steps: readonly PolicyStep[]
  @Column({ type: 'integer' }) repeat: number
  @Column({ type: 'integer', nullable: true }) acknowledgementTimeoutMinutes: number | null
  @Column({ type: 'text', nullable: true }) managementPolicyId: string | null
  @Column({ type: 'jsonb', nullable: true }) workingHours: Hours | null
  @Column({ type: 'boolean' }) archived: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
