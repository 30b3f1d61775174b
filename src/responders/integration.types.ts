import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { IntegrationKind } from './integration.entity.js'

registerEnumType(IntegrationKind, {
  name: 'IntegrationKind',
  description: 'The monitoring tool, or the format that it speaks.',
  valuesConfig: {
    ALERTMANAGER: { description: "Prometheus Alertmanager's webhook, version 4." },
    PAGERDUTY: { description: 'The PagerDuty Events API, version 2.' },
    GENERIC: { description: 'Any JSON, read through the mapping of the integration.' },
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
