import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { createToken, revokeToken } from './api-token.commands.js'
import { tokenPage } from './api-token.queries.js'
import {
  ApiTokenConnection,
  ApiTokenType,
  TokenCreateInput,
  TokenCreatePayload,
  TokenPayload,
  TokenRevokeInput,
} from './api-token.types.js'

@Resolver(() => ApiTokenType)
export class ApiTokenResolver {
  @Query(() => ApiTokenConnection, {
    description: "The viewer's API tokens, newest first; administrators and auditors see everybody's.",
  })
  tokens(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return tokenPage(ctx, args)
  }

  @Mutation(() => TokenCreatePayload, { description: 'Makes an API token and shows its text, this once.' })
  tokenCreate(@Ctx() ctx: Context, @Input(() => TokenCreateInput) input: TokenCreateInput) {
    return answer(ctx, (ctx) => createToken(ctx, input))
  }

  @Mutation(() => TokenPayload, {
    description: 'Revokes an API token: it is refused at once, and its streams end within a second.',
  })
  tokenRevoke(@Ctx() ctx: Context, @Input(() => TokenRevokeInput) input: TokenRevokeInput) {
    return answer(ctx, (ctx) => revokeToken(ctx, input))
  }
}
