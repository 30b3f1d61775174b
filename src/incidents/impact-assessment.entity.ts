import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { ImpactAssessment } from './impact-assessment.js'

@Entity('impact_assessments')
export class ImpactAssessmentEntity implements ImpactAssessment {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) incidentId: string
  @Column({ type: 'text' }) summary: string
  @Column({ type: 'integer', nullable: true }) usersAffected: number | null
  @Column({ type: 'text', array: true }) serviceIds: string[]
  @Column({ type: 'text', nullable: true }) authorId: string | null
  @Column({ type: 'timestamptz' }) assessedAt: Date
}
