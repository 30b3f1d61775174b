import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('teams')
export class Team {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'timestamptz' }) createdAt: Date
}

@Entity('team_members')
export class TeamMember {
  @PrimaryColumn({ type: 'text' }) teamId: string
  @PrimaryColumn({ type: 'text' }) userId: string
}
