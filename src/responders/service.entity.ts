import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('services')
export class Service {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) description: string
  @Column({ type: 'text', nullable: true }) teamId: string | null
  @Column({ type: 'timestamptz' }) createdAt: Date
}

/** A service that a partner may see. */
@Entity('service_grants')
export class ServiceGrant {
  @PrimaryColumn({ type: 'text' }) userId: string
  @PrimaryColumn({ type: 'text' }) serviceId: string
}
