import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Layer, Restriction } from './layer.js'
import type { Rotation } from './rotation.js'
import type { Schedule } from './schedule.js'

@Entity('schedules')
export class ScheduleEntity implements Schedule {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text', nullable: true }) teamId: string | null
  @Column({ type: 'text' }) timeZone: string
  @Column({ type: 'timestamptz', nullable: true }) archivedAt: Date | null
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}

/** One version of a layer. */
@Entity('schedule_layers')
export class LayerEntity implements Layer {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) scheduleId: string
  @Column({ type: 'integer' }) position: number
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) timeZone: string
  @Column({ type: 'text', array: true }) participantIds: string[]
  @Column({ type: 'integer' }) firstParticipant: number
  @Column({ type: 'jsonb' }) rotation: Rotation
  @Column({ type: 'timestamptz' }) startsAt: Date
  @Column({ type: 'timestamptz', nullable: true }) endsAt: Date | null
  @Column({ type: 'jsonb' }) restrictions: Restriction[]
  @PrimaryColumn({ type: 'timestamptz' }) validFrom: Date
  @Column({ type: 'timestamptz', nullable: true }) validUntil: Date | null
}
