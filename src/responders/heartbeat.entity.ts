import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Heartbeat, HeartbeatStatus } from './heartbeat.js'

/** Written with every beat, and so apart from its integration. */
@Entity('heartbeats')
export class HeartbeatEntity implements Heartbeat {
  @PrimaryColumn({ type: 'text' }) integrationId: string
  @Column({ type: 'integer' }) everySeconds: number
  @Column({ type: 'integer' }) graceSeconds: number
  @Column({ type: 'text' }) status: HeartbeatStatus
  @Column({ type: 'timestamptz', nullable: true }) lastBeatAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) expectedBy: Date | null
}
