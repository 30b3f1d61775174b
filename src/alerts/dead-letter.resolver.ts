import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadIntegration } from '../responders/integration.queries.js'
import { IntegrationType } from '../responders/integration.types.js'
import { replayDeadLetter } from './dead-letter.commands.js'
import type { DeadLetter } from './dead-letter.js'
import { deadLetterPage, loadDeadLetter, loadDeadLetterBody } from './dead-letter.queries.js'
import {
  DeadLetterConnection,
  DeadLetterFilterInput,
  DeadLetterPayload,
  DeadLetterReplayInput,
  DeadLetterType,
} from './dead-letter.types.js'

@Resolver(() => DeadLetterType)
export class DeadLetterResolver {
  @Query(() => DeadLetterType, {
    nullable: true,
    description: 'One dead letter; null when there is none that the viewer may see.',
  })
  deadLetter(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The dead letter.' }) id: string) {
    return loadDeadLetter(ctx, id)
  }

  @Query(() => DeadLetterConnection, {
    description: 'What integrations sent and could not be accepted, newest first. For administrators and auditors.',
  })
  deadLetters(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => DeadLetterFilterInput, { nullable: true, description: 'Only these.' })
    filter?: DeadLetterFilterInput,
  ) {
    return deadLetterPage(ctx, args, filter)
  }

  @FieldResolver(() => IntegrationType, { nullable: true, description: 'Where it came from.' })
  integration(@Root() { integrationId }: DeadLetter, @Ctx() ctx: Context) {
    return loadIntegration(ctx, integrationId)
  }

  @FieldResolver(() => String, {
    description: 'What came, up to its first 512 KB; what is no UTF-8 shows as replacement characters.',
  })
  async body(@Root() { id }: DeadLetter, @Ctx() ctx: Context): Promise<string> {
    return (await loadDeadLetterBody(ctx, id))!.toString('utf8').replaceAll('\0', '\ufffd')
  }

  @Mutation(() => DeadLetterPayload, {
    description: 'Reads a dead letter again as its integration is set up today, and takes it if that works now.',
  })
  deadLetterReplay(@Ctx() ctx: Context, @Input(() => DeadLetterReplayInput) input: DeadLetterReplayInput) {
    return answer(ctx, (ctx) => replayDeadLetter(ctx, input))
  }
}
