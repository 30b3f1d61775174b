import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Visibility } from '../access/rules.js'
import type { HoldReason, Incident, IncidentStatus, Level, Priority } from './incident.js'

@Entity('incidents')
export class IncidentEntity implements Incident {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'integer', update: false }) number: number
  @Column({ type: 'text' }) title: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text' }) status: IncidentStatus
  @Column({ type: 'text', nullable: true }) holdReason: HoldReason | null
  @Column({ type: 'text' }) visibility: Visibility
  @Column({ type: 'text' }) impact: Level
  @Column({ type: 'text' }) urgency: Level
  @Column({ type: 'text' }) priority: Priority
  @Column({ type: 'boolean' }) priorityOverridden: boolean
  @Column({ type: 'boolean' }) drill: boolean
  @Column({ type: 'text', nullable: true }) serviceId: string | null
  @Column({ type: 'text', nullable: true }) teamId: string | null
  @Column({ type: 'text', nullable: true }) commanderId: string | null
  @Column({ type: 'text', nullable: true }) reporterId: string | null
  @Column({ type: 'text', nullable: true }) integrationId: string | null
  @Column({ type: 'text', nullable: true }) groupKey: string | null
  @Column({ type: 'text', nullable: true }) resolution: string | null
  @Column({ type: 'text', nullable: true }) workaround: string | null
  @Column({ type: 'jsonb' }) customFields: Record<string, unknown>
  @Column({ type: 'timestamptz', nullable: true }) impactStartedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) detectedAt: Date | null
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz', nullable: true }) acknowledgedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) mitigatedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) firstResolvedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) resolvedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) closedAt: Date | null
  @Column({ type: 'integer' }) reopenCount: number
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
