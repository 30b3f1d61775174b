import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { TokenScope } from '../platform/actor.js'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { TokenCreate } from './api-token.commands.js'

registerEnumType(TokenScope, {
  name: 'TokenScope',
  description: 'What an API token may be used for, within what the role of its person permits.',
  valuesConfig: {
    READ: { description: 'Queries and subscriptions.' },
    WRITE: { description: "Work on incidents and alerts, and making and revoking one's own tokens." },
    CONFIGURE: { description: 'Configuration: people, teams, services, integrations, the tokens of others.' },
  },
})

@ObjectType('ApiToken', {
  implements: Node,
  simpleResolvers: true,
  description: 'A key with which programs sign in as a person. Its text is shown once, when it is made.',
})
export class ApiTokenType extends Node {
  @Field(() => String, { description: 'What it is for.' })
  name: string
  @Field(() => String, { description: 'The first characters of its text, to tell it from others.' })
  prefix: string
  @Field(() => [TokenScope], { description: 'What it may be used for.' })
  scopes: TokenScope[]
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null for never.' })
  expiresAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was revoked.' })
  revokedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was last signed in with, to the minute.' })
  lastUsedAt: Date | null
}

export const ApiTokenConnection = connectionType('ApiToken', () => ApiTokenType)

@ObjectType({ simpleResolvers: true, description: 'What the making of a token answers.' })
export class TokenCreatePayload extends Payload {
  @Field(() => ApiTokenType, { nullable: true, description: 'The new token.' })
  apiToken: ApiTokenType | null
  @Field(() => String, { nullable: true, description: 'Its text. Keep it: it is not shown again.' })
  token: string | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a token answers.' })
export class TokenPayload extends Payload {
  @Field(() => ApiTokenType, { nullable: true, description: 'As the change left it.' })
  apiToken: ApiTokenType | null
}

@InputType({ description: 'To make an API token.' })
export class TokenCreateInput implements TokenCreate {
  @Field(() => String, { description: 'What it is for, in up to 100 characters.' })
  name: string
  @Field(() => ID, { nullable: true, description: 'Whose it is: your own when left out. Others take CONFIGURE.' })
  userId?: string
  @Field(() => [TokenScope], {
    nullable: true,
    description:
      'What it may be used for: at most what you are signed in with. READ and WRITE, as far as you have them, when left out.',
  })
  scopes?: TokenScope[]
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ends by itself. A token that is made with another one ends no later than that one.',
  })
  expiresAt?: Date
}

@InputType({ description: 'To revoke an API token.' })
export class TokenRevokeInput {
  @Field(() => ID, { description: 'The token.' })
  id: string
}
