import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Mapping } from './integration.mapping.js'

export enum IntegrationKind {
  ALERTMANAGER = 'ALERTMANAGER',
  PAGERDUTY = 'PAGERDUTY',
  GENERIC = 'GENERIC',
  HEARTBEAT = 'HEARTBEAT',
}

/** Those that report alerts themselves. Of the other there is one when it reports nothing. */
export type ReportingKind = Exclude<IntegrationKind, IntegrationKind.HEARTBEAT>

/** A monitoring tool that reports alerts, and acts in their name. */
@Entity('integrations')
export class Integration {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) kind: IntegrationKind
  @Column({ type: 'bytea' }) keyHash: Buffer
  @Column({ type: 'text' }) keyPrefix: string
  /** Its alerts and incidents concern this service. */
  @Column({ type: 'text', nullable: true }) serviceId: string | null
  /** Takes its incidents; without one the service's team does. */
  @Column({ type: 'text', nullable: true }) teamId: string | null
  /** GENERIC only: where the fields of an alert stand in the sender's JSON. */
  @Column({ type: 'jsonb', nullable: true }) mapping: Mapping | null
  /** Whether an incident resolves when the last of its alerts has ended. */
  @Column({ type: 'boolean' }) autoResolve: boolean
  /** For so long after an incident was resolved an alert of the same group reopens it; 0 opens a new one. */
  @Column({ type: 'integer' }) regroupMinutes: number
  @Column({ type: 'boolean' }) active: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
}
