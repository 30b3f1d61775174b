import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { DateTime } from '../platform/scalars.js'
import { UserType } from '../responders/user.types.js'
import { type WorkloadRequest, findWorkload } from './workload.queries.js'

@InputType({ description: 'Whose work is asked for, and of when.' })
export class ResponderLoadInput implements WorkloadRequest {
  @Field(() => DateTime, { description: 'From here on.' })
  from: Date
  @Field(() => DateTime, { description: 'Before this: at most a year later.' })
  until: Date
  @Field(() => [ID], {
    nullable: true,
    description: 'Of the people of any of these teams; of all responders and managers when left out.',
  })
  teamId?: string[]
}

@ObjectType({ simpleResolvers: true, description: 'How much work somebody has, and when they are called for it.' })
export class ResponderLoad {
  @Field(() => UserType, { description: 'Who.' })
  user: UserType
  @Field(() => Int, { description: 'How often they were called.' })
  pages: number
  @Field(() => Int, { description: 'How many of these calls they acknowledged.' })
  acknowledged: number
  @Field(() => Int, { description: 'Incidents opened in the range that they take part in, without drills.' })
  incidents: number
  @Field(() => Int, { description: 'Incidents that they take part in and that are open now, without drills.' })
  open: number
  @Field(() => [Int], {
    description: 'How often they were called in each of the 24 hours of their own day, from midnight on.',
  })
  interruptions: number[]
  @Field(() => Int, {
    description: 'Of these, how many before eight, from eighteen o’clock on, or on a Saturday or Sunday.',
  })
  outOfHours: number
}

@Resolver(() => ResponderLoad)
export class ResponderLoadResolver {
  @Query(() => [ResponderLoad], {
    description:
      'The load of each responder, most calls first, at most 200: of the incidents that the viewer may read. For responders, managers, administrators and auditors.',
  })
  responderLoad(
    @Ctx() ctx: Context,
    @Arg('input', () => ResponderLoadInput, { description: 'Whose, and of when.' }) input: ResponderLoadInput,
  ) {
    return findWorkload(ctx, input)
  }
}
