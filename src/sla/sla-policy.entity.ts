import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Visibility } from '../access/rules.js'
import type { Priority } from '../incidents/incident.js'
import type { SlaPolicy } from './sla-policy.js'

@Entity('sla_policies')
export class SlaPolicyEntity implements SlaPolicy {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'integer', nullable: true }) position: number | null
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text', array: true, nullable: true }) priorities: Priority[] | null
  @Column({ type: 'text', array: true, nullable: true }) serviceIds: string[] | null
  @Column({ type: 'text', array: true, nullable: true }) teamIds: string[] | null
  @Column({ type: 'text', array: true, nullable: true }) visibilities: Visibility[] | null
  @Column({ type: 'boolean' }) drills: boolean
  @Column({ type: 'text', nullable: true }) calendarId: string | null
  @Column({ type: 'integer', nullable: true }) responseMinutes: number | null
  @Column({ type: 'integer', nullable: true }) resolutionMinutes: number | null
  @Column({ type: 'integer' }) atRiskPercent: number
  @Column({ type: 'boolean' }) archived: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
