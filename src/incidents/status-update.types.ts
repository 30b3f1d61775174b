import { Field, InputType, ObjectType } from 'type-graphql'
import { Audience } from '../events/audience.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { IncidentChangeInput, RecordedPayload } from './incident.types.js'
import type { StatusUpdatePublish } from './status-update.commands.js'

@ObjectType('StatusUpdate', {
  implements: Node,
  simpleResolvers: true,
  description: 'How things stand with an incident, as an audience was told it.',
})
export class StatusUpdateType extends Node {
  @Field(() => String, { description: 'In Markdown.' })
  body: string
  @Field(() => Audience, { description: 'Whom it is meant for.' })
  audience: Audience
  @Field(() => DateTime, { description: 'When it was published.' })
  publishedAt: Date
}

export const StatusUpdateConnection = connectionType('StatusUpdate', () => StatusUpdateType)

@ObjectType({ simpleResolvers: true, description: 'What publishing a status update answers.' })
export class StatusUpdatePayload extends RecordedPayload {
  @Field(() => StatusUpdateType, { nullable: true, description: 'The new status update.' })
  statusUpdate: StatusUpdateType | null
}

@InputType({ description: 'To tell an audience how things stand.' })
export class IncidentStatusUpdatePublishInput extends IncidentChangeInput implements StatusUpdatePublish {
  @Field(() => String, { description: 'Markdown of up to 20,000 characters.' })
  body: string
  @Field(() => Audience, { description: 'Whom it is meant for.' })
  audience: Audience
}
