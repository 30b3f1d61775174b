import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { BusinessCalendar, Holiday, OpeningHours } from './business-calendar.js'

@Entity('business_calendars')
export class BusinessCalendarEntity implements BusinessCalendar {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text' }) timeZone: string
  @Column({ type: 'jsonb' }) hours: readonly OpeningHours[]
  @Column({ type: 'jsonb' }) holidays: readonly Holiday[]
  @Column({ type: 'boolean' }) archived: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
