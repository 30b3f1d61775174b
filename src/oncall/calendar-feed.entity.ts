import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { CalendarFeed } from './calendar-feed.js'

@Entity('calendar_feeds')
export class CalendarFeedEntity implements CalendarFeed {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) userId: string
  @Column({ type: 'text', nullable: true }) scheduleId: string | null
  @Column({ type: 'bytea' }) secretHash: Buffer
  @Column({ type: 'timestamptz' }) createdAt: Date
}
