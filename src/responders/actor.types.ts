import { Field, ID, ObjectType, createUnionType } from 'type-graphql'
import { ActorKind, SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { loadIntegration } from './integration.queries.js'
import { IntegrationType } from './integration.types.js'
import { loadUser } from './user.queries.js'
import { UserType } from './user.types.js'

@ObjectType('System', { simpleResolvers: true, description: 'Tocsin itself: timers, rules, retention.' })
export class SystemType {
  @Field(() => ID, { description: 'Always the same.' })
  id: string
  @Field(() => String, { description: 'Its name.' })
  name: string
}

export const ActorUnion = createUnionType({
  name: 'Actor',
  description: 'Who did it.',
  types: () => [UserType, IntegrationType, SystemType] as const,
})

const SYSTEM_ACTOR = { id: SYSTEM.id, name: SYSTEM.name }

export const loadActor = async (ctx: Context, kind: ActorKind, id: string) =>
  (kind === ActorKind.USER
    ? await loadUser(ctx, id)
    : kind === ActorKind.INTEGRATION
      ? await loadIntegration(ctx, id)
      : null) ?? SYSTEM_ACTOR
