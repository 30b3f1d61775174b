import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Role } from '../platform/actor.js'

@Entity('users')
export class User {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) email: string
  @Column({ type: 'text' }) role: Role
  @Column({ type: 'text' }) timeZone: string
  @Column({ type: 'boolean' }) active: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
}
