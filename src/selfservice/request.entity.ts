import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { RequestHindrance, RequestReach, RequestStatus } from './request.js'

/** What is kept of a request besides its incident. */
@Entity('requests')
export class RequestEntity {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) incidentId: string
  @Column({ type: 'text' }) reporterId: string
  @Column({ type: 'text' }) status: RequestStatus
  @Column({ type: 'text' }) reach: RequestReach
  @Column({ type: 'text' }) hindrance: RequestHindrance
  @Column({ type: 'text', nullable: true }) contact: string | null
  @Column({ type: 'timestamptz' }) reportedAt: Date
  @Column({ type: 'timestamptz', nullable: true }) answerUntil: Date | null
  @Column({ type: 'timestamptz', nullable: true }) closesAt: Date | null
}
