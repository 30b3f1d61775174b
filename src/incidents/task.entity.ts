import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Task } from './task.js'

@Entity('tasks')
export class TaskEntity implements Task {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) incidentId: string
  @Column({ type: 'text' }) title: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text', nullable: true }) assigneeId: string | null
  @Column({ type: 'timestamptz', nullable: true }) dueAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) doneAt: Date | null
  @Column({ type: 'text' }) createdBy: string
  @Column({ type: 'timestamptz' }) createdAt: Date
}
