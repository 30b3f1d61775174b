import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { HeartbeatStatus, type HeartbeatTerms } from './heartbeat.js'
import type { IntegrationCreate, IntegrationSettings, IntegrationUpdate } from './integration.commands.js'
import { IntegrationKind } from './integration.entity.js'
import { DEFAULT_MAPPING, type Mapping, type MappedField } from './integration.mapping.js'

registerEnumType(IntegrationKind, {
  name: 'IntegrationKind',
  description: 'The monitoring tool, or the format that it speaks.',
  valuesConfig: {
    ALERTMANAGER: { description: "Prometheus Alertmanager's webhook, version 4." },
    PAGERDUTY: { description: 'The PagerDuty Events API, version 2.' },
    GENERIC: { description: 'Any JSON, read through the mapping of the integration.' },
    HEARTBEAT: { description: 'A job that reports in at regular times: there is an alert when it does not.' },
  },
})

registerEnumType(HeartbeatStatus, {
  name: 'HeartbeatStatus',
  description: 'What is known of a job that reports in.',
  valuesConfig: {
    AWAITED: { description: 'Not heard of yet, or switched off: its clock starts with its first beat.' },
    ALIVE: { description: 'It has reported in time.' },
    FAILED: { description: 'It has reported in time, and said that it failed: there is an alert.' },
    SILENT: { description: 'It has not reported in time: there is an alert, which its next beat ends.' },
  },
})

@ObjectType('Integration', {
  implements: Node,
  simpleResolvers: true,
  description: 'A monitoring tool that reports alerts with a key of its own.',
})
export class IntegrationType extends Node {
  @Field(() => String, { description: 'How people call it.' })
  name: string
  @Field(() => IntegrationKind, { description: 'What it speaks.' })
  kind: IntegrationKind
  @Field(() => Boolean, { description: 'Whether an incident resolves when the last of its alerts has ended.' })
  autoResolve: boolean
  @Field(() => Int, {
    description:
      'Minutes after a resolution in which an alert of the same group reopens the incident; 0 opens a new one.',
  })
  regroupMinutes: number
  @Field(() => Boolean, { description: 'Whether its key is accepted.' })
  active: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}

export const IntegrationConnection = connectionType('Integration', () => IntegrationType)

const ITEMS = 'Where the list of alerts is, when one body brings several.'
const DESCRIPTIONS: Record<MappedField, string> = {
  dedupKey: 'What tells this alert from others; without any, source and summary together do.',
  groupKey: 'What the alerts of one incident have in common; without any, each alert has its own.',
  status: 'Whether it fires, is acknowledged or has ended; without any, it fires.',
  severity: 'How bad it is; without any, or with an unknown word, WARNING.',
  summary: 'What is wrong, in a line. Needed when it fires.',
  description: 'What is known.',
  source: 'Where it is wrong; without any, the name of the integration.',
  startedAt: 'When it began: RFC 3339, or seconds or milliseconds since 1970.',
  endedAt: 'When it ended, likewise.',
  labels: 'An object of names and values, or a list of words.',
  details: 'An object to keep as it is.',
  link: 'An address where more is to be seen.',
}
const told = (field: MappedField) => `${DESCRIPTIONS[field]} When left out: \`${DEFAULT_MAPPING[field]}\`.`
const optional = (field: MappedField) => ({ nullable: true, description: told(field) })

const LANGUAGE =
  'Where the fields of an alert stand in a sender\'s JSON. Each is a path such as `event.id`, `hosts.0` or `labels."a.b"`, ' +
  "the whole object as `$`, or a text in single quotes; `title | message | 'None'` takes the first that is there."

@ObjectType('IntegrationMapping', { simpleResolvers: true, description: LANGUAGE })
@InputType('IntegrationMappingInput', { description: LANGUAGE })
export class IntegrationMapping implements Mapping {
  @Field(() => String, { nullable: true, description: ITEMS })
  items?: string | null
  @Field(() => String, optional('dedupKey'))
  dedupKey?: string | null
  @Field(() => String, optional('groupKey'))
  groupKey?: string | null
  @Field(() => String, optional('status'))
  status?: string | null
  @Field(() => String, optional('severity'))
  severity?: string | null
  @Field(() => String, optional('summary'))
  summary?: string | null
  @Field(() => String, optional('description'))
  description?: string | null
  @Field(() => String, optional('source'))
  source?: string | null
  @Field(() => String, optional('startedAt'))
  startedAt?: string | null
  @Field(() => String, optional('endedAt'))
  endedAt?: string | null
  @Field(() => String, optional('labels'))
  labels?: string | null
  @Field(() => String, optional('details'))
  details?: string | null
  @Field(() => String, optional('link'))
  link?: string | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an integration answers.' })
export class IntegrationPayload extends Payload {
  @Field(() => IntegrationType, { nullable: true, description: 'As the change left it.' })
  integration: IntegrationType | null
}

@ObjectType({ simpleResolvers: true, description: 'What answers when an integration gets a key.' })
export class IntegrationKeyPayload extends IntegrationPayload {
  @Field(() => String, { nullable: true, description: 'Its key. It is shown here and never again.' })
  key: string | null
  @Field(() => String, {
    nullable: true,
    description: 'Where the sender is pointed to; of a HEARTBEAT with the key in it.',
  })
  url: string | null
}

@ObjectType('Heartbeat', { simpleResolvers: true, description: 'How often a job reports in.' })
@InputType('HeartbeatInput', { description: 'How often a job reports in. Both are from 10 seconds to 32 days.' })
export class HeartbeatSettings implements HeartbeatTerms {
  @Field(() => Int, { description: 'Seconds from one beat to the next.' })
  everySeconds: number
  @Field(() => Int, { description: 'Seconds that a beat may be late.' })
  graceSeconds: number
}

@InputType()
abstract class IntegrationSettingsInput implements IntegrationSettings {
  @Field(() => ID, { nullable: true, description: 'Its alerts concern this service.' })
  serviceId?: string | null
  @Field(() => ID, { nullable: true, description: "This team takes its incidents; the service's when left out." })
  teamId?: string | null
  @Field(() => IntegrationMapping, { nullable: true, description: 'GENERIC only: how its JSON is read.' })
  mapping?: IntegrationMapping | null
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether an incident resolves when the last of its alerts has ended. True unless told.',
  })
  autoResolve?: boolean
  @Field(() => Int, {
    nullable: true,
    description:
      'Minutes after a resolution, 0 to 10,080, in which an alert of the same group reopens the incident. Unless told 15 for ALERTMANAGER, else 0.',
  })
  regroupMinutes?: number
  @Field(() => HeartbeatSettings, {
    nullable: true,
    description:
      'HEARTBEAT only, and needed there: how often the job reports in. The clock starts with its first beat, so what never reported is not missed.',
  })
  heartbeat?: HeartbeatSettings | null
}

const KEY =
  'A key that senders have already, of 16 to 200 ASCII characters without spaces; a new one is made when left out.'

@InputType({ description: 'To connect a monitoring tool.' })
export class IntegrationCreateInput extends IntegrationSettingsInput implements IntegrationCreate {
  @Field(() => String, { description: 'How people call it, in up to 100 characters.' })
  name: string
  @Field(() => IntegrationKind, { description: 'What it speaks.' })
  kind: IntegrationKind
  @Field(() => String, { nullable: true, description: KEY })
  key?: string
}

@InputType({ description: 'To change an integration; what is left out stays, and null takes a setting away.' })
export class IntegrationUpdateInput extends IntegrationSettingsInput implements IntegrationUpdate {
  @Field(() => ID, { description: 'The integration.' })
  id: string
  @Field(() => String, { nullable: true, description: 'How people call it, in up to 100 characters.' })
  name?: string
  @Field(() => Boolean, { nullable: true, description: 'Whether its key is accepted.' })
  active?: boolean
}

@InputType({ description: 'To give an integration another key.' })
export class IntegrationKeyRotateInput {
  @Field(() => ID, { description: 'The integration.' })
  id: string
  @Field(() => String, { nullable: true, description: KEY })
  key?: string
}
