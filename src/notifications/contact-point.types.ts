import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { ChannelKind } from './channels/channel.js'
import type { ContactPointCreate, ContactPointUpdate } from './contact-point.commands.js'

registerEnumType(ChannelKind, {
  name: 'ChannelKind',
  description: 'A way by which messages go out.',
  valuesConfig: {
    EMAIL: { description: 'E-mail.' },
    SMS: { description: 'A text message to a phone.' },
    VOICE: { description: 'A call to a phone.' },
    SLACK: { description: 'A Slack channel, or a person on Slack.' },
    TEAMS: { description: 'A Microsoft Teams channel.' },
    WEBHOOK: { description: 'Any server, by signed HTTP requests (Standard Webhooks).' },
  },
})

@ObjectType('ContactPoint', {
  implements: Node,
  simpleResolvers: true,
  description: 'Where messages can be sent: of a person, or shared, such as a channel of a team.',
})
export class ContactPointType extends Node {
  @Field(() => ChannelKind, { description: 'By which way.' })
  kind: ChannelKind
  @Field(() => String, { description: 'How people call it.' })
  name: string
  @Field(() => String, { description: 'The address, as far as it is shown: no secret, no whole number.' })
  masked: string
  @Field(() => Boolean, {
    description: 'Whether it stands for the e-mail address of the account, and changes with it.',
  })
  ofAccount: boolean
  @Field(() => Boolean, { description: 'Whether anything is sent there.' })
  active: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}

export const ContactPointConnection = connectionType('ContactPoint', () => ContactPointType)

@ObjectType({ simpleResolvers: true, description: 'What a change of a contact point answers.' })
export class ContactPointPayload extends Payload {
  @Field(() => ContactPointType, { nullable: true, description: 'As the change left it; as it was, when deleted.' })
  contactPoint: ContactPointType | null
}

@ObjectType({ simpleResolvers: true, description: 'What answers when a contact point may have got a secret.' })
export class ContactPointSecretPayload extends ContactPointPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Of a webhook: what its requests are signed with. It is shown here and never again.',
  })
  secret: string | null
}

@InputType({ description: 'To add a contact point.' })
export class ContactPointCreateInput implements ContactPointCreate {
  @Field(() => ChannelKind, { description: 'By which way; the server must be set up for it.' })
  kind: ChannelKind
  @Field(() => String, { description: 'How people call it, in up to 100 characters.' })
  name: string
  @Field(() => String, { description: 'An e-mail address, a phone number, the URL of a webhook, a Slack id.' })
  address: string
  @Field(() => ID, {
    nullable: true,
    description: 'Whose it is; yours when left out. Null makes it shared, which takes a manager or an administrator.',
  })
  userId?: string | null
}

@InputType({ description: 'To change a contact point; what is left out stays.' })
export class ContactPointUpdateInput implements ContactPointUpdate {
  @Field(() => ID, { description: 'The contact point.' })
  id: string
  @Field(() => String, { nullable: true, description: 'How people call it, in up to 100 characters.' })
  name?: string
  @Field(() => String, { nullable: true, description: 'Where it leads to.' })
  address?: string
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether anything is sent there. Rules that lead to one that is not active do not count.',
  })
  active?: boolean
}

@InputType({ description: 'To delete a contact point, with the rules that lead to it.' })
export class ContactPointDeleteInput {
  @Field(() => ID, { description: 'The contact point.' })
  id: string
}

@InputType({ description: 'To send something to a contact point, to see that it arrives.' })
export class ContactPointTestInput {
  @Field(() => ID, { description: 'The contact point.' })
  id: string
}

@InputType({ description: 'To give a webhook another secret.' })
export class ContactPointSecretRotateInput {
  @Field(() => ID, { description: 'The contact point.' })
  id: string
}
