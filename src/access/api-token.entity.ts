import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { TokenScope } from '../platform/actor.js'

@Entity('api_tokens')
export class ApiToken {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) userId: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) prefix: string
  @Column({ type: 'bytea' }) hash: Buffer
  @Column({ type: 'text', array: true }) scopes: TokenScope[]
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz', nullable: true }) expiresAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) revokedAt: Date | null
  @Column({ type: 'timestamptz', nullable: true }) lastUsedAt: Date | null
}
