import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Audience } from '../events/audience.js'
import type { StatusUpdate } from './status-update.js'

@Entity('status_updates')
export class StatusUpdateEntity implements StatusUpdate {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) incidentId: string
  @Column({ type: 'text' }) body: string
  @Column({ type: 'text' }) audience: Audience
  @Column({ type: 'text', nullable: true }) authorId: string | null
  @Column({ type: 'timestamptz' }) publishedAt: Date
}
