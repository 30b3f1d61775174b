import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { ChannelKind } from './channels/channel.js'
import type { ContactPoint } from './contact-point.js'

@Entity('contact_points')
export class ContactPointEntity implements ContactPoint {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text', nullable: true }) userId: string | null
  @Column({ type: 'text' }) kind: ChannelKind
  @Column({ type: 'text' }) name: string
  /** Sealed; null where it is the account's, and once it has been deleted. */
  @Column({ type: 'bytea', nullable: true }) address: Buffer | null
  @Column({ type: 'text' }) masked: string
  /** Sealed. */
  @Column({ type: 'bytea', nullable: true }) secret: Buffer | null
  @Column({ type: 'boolean' }) ofAccount: boolean
  @Column({ type: 'boolean' }) active: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'timestamptz', nullable: true }) deletedAt: Date | null
}
