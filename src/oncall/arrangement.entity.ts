import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Override, OverrideKind } from './override.js'
import type { ShiftSwap, ShiftSwapStatus } from './shift-swap.js'
import type { TimeOff } from './time-off.js'

/** What is put over the layers of a schedule. */

@Entity('schedule_overrides')
export class OverrideEntity implements Override {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) scheduleId: string
  @Column({ type: 'text' }) kind: OverrideKind
  @Column({ type: 'text', nullable: true }) outgoingId: string | null
  @Column({ type: 'text', nullable: true }) incomingId: string | null
  @Column({ type: 'timestamptz' }) startsAt: Date
  @Column({ type: 'timestamptz' }) endsAt: Date
  @Column({ type: 'text' }) reason: string
  @Column({ type: 'text' }) createdBy: string
  @Column({ type: 'timestamptz' }) createdAt: Date
}

@Entity('time_off')
export class TimeOffEntity implements TimeOff {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) userId: string
  @Column({ type: 'timestamptz' }) startsAt: Date
  @Column({ type: 'timestamptz', nullable: true }) endsAt: Date | null
  @Column({ type: 'text' }) reason: string
  @Column({ type: 'text' }) createdBy: string
  @Column({ type: 'timestamptz' }) createdAt: Date
}

@Entity('shift_swaps')
export class ShiftSwapEntity implements ShiftSwap {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) scheduleId: string
  @Column({ type: 'text' }) status: ShiftSwapStatus
  @Column({ type: 'text' }) requesterId: string
  @Column({ type: 'text', nullable: true }) askedId: string | null
  @Column({ type: 'text', nullable: true }) takerId: string | null
  @Column({ type: 'timestamptz' }) startsAt: Date
  @Column({ type: 'timestamptz' }) endsAt: Date
  @Column({ type: 'text' }) message: string
  @Column({ type: 'timestamptz' }) requestedAt: Date
  @Column({ type: 'timestamptz', nullable: true }) decidedAt: Date | null
}
