import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { findHeartbeat } from './heartbeat.queries.js'
import { HeartbeatStatus } from './heartbeat.js'
import { createIntegration, intakeUrl, rotateIntegrationKey, updateIntegration } from './integration.commands.js'
import type { Integration } from './integration.entity.js'
import { findIntegration, integrationPage } from './integration.queries.js'
import {
  HeartbeatSettings,
  IntegrationConnection,
  IntegrationCreateInput,
  IntegrationKeyPayload,
  IntegrationKeyRotateInput,
  IntegrationMapping,
  IntegrationPayload,
  IntegrationType,
  IntegrationUpdateInput,
} from './integration.types.js'
import { loadService } from './service.queries.js'
import { ServiceType } from './service.types.js'
import { loadTeam } from './team.queries.js'
import { TeamType } from './team.types.js'

const WITHHELD = 'Null unless the viewer may read the configuration.'

const configurers = <T>(ctx: Context, value: T): T | null => (allows(ctx.actor, 'configuration.read') ? value : null)

@Resolver(() => IntegrationType)
export class IntegrationResolver {
  @Query(() => IntegrationType, {
    nullable: true,
    description: 'One integration; null when there is none that the viewer may read the configuration of.',
  })
  integration(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The integration.' }) id: string) {
    return findIntegration(ctx, id)
  }

  @Query(() => IntegrationConnection, {
    description: 'The integrations, newest first. For administrators and auditors.',
  })
  integrations(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return integrationPage(ctx, args)
  }

  @Shareable()
  @FieldResolver(() => ServiceType, { nullable: true, description: `The service that its alerts concern. ${WITHHELD}` })
  service(@Root() { serviceId }: Integration, @Ctx() ctx: Context) {
    return configurers(ctx, serviceId && loadService(ctx, serviceId))
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: `The team that takes its incidents. ${WITHHELD}` })
  team(@Root() { teamId }: Integration, @Ctx() ctx: Context) {
    return configurers(ctx, teamId && loadTeam(ctx, teamId))
  }

  @Shareable()
  @FieldResolver(() => IntegrationMapping, { nullable: true, description: `How its JSON is read. ${WITHHELD}` })
  mapping(@Root() { mapping }: Integration, @Ctx() ctx: Context) {
    return configurers(ctx, mapping)
  }

  @Shareable()
  @FieldResolver(() => String, { nullable: true, description: `The first characters of its key. ${WITHHELD}` })
  keyPrefix(@Root() { keyPrefix }: Integration, @Ctx() ctx: Context) {
    return configurers(ctx, keyPrefix)
  }

  @Shareable()
  @FieldResolver(() => String, { nullable: true, description: `Where the sender is pointed to. ${WITHHELD}` })
  url(@Root() integration: Integration, @Ctx() ctx: Context) {
    return configurers(ctx, intakeUrl(ctx, integration))
  }

  @Shareable()
  @FieldResolver(() => HeartbeatSettings, {
    nullable: true,
    description: `HEARTBEAT only: how often the job reports in. ${WITHHELD}`,
  })
  heartbeat(@Root() integration: Integration, @Ctx() ctx: Context) {
    return findHeartbeat(ctx, integration)
  }

  @Shareable()
  @FieldResolver(() => HeartbeatStatus, {
    nullable: true,
    description: `HEARTBEAT only: whether the job reports in. Its clock starts with its first beat. ${WITHHELD}`,
  })
  async heartbeatStatus(@Root() integration: Integration, @Ctx() ctx: Context) {
    return (await findHeartbeat(ctx, integration))?.status
  }

  @Shareable()
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: `HEARTBEAT only: when the job was last heard of, to the second. ${WITHHELD}`,
  })
  async lastBeatAt(@Root() integration: Integration, @Ctx() ctx: Context) {
    return (await findHeartbeat(ctx, integration))?.lastBeatAt
  }

  @Mutation(() => IntegrationKeyPayload, { description: 'Connects a monitoring tool.' })
  integrationCreate(@Ctx() ctx: Context, @Input(() => IntegrationCreateInput) input: IntegrationCreateInput) {
    return answer(ctx, (ctx) => createIntegration(ctx, input))
  }

  @Mutation(() => IntegrationPayload, { description: 'Changes an integration. Senders notice within a second.' })
  integrationUpdate(@Ctx() ctx: Context, @Input(() => IntegrationUpdateInput) input: IntegrationUpdateInput) {
    return answer(ctx, (ctx) => updateIntegration(ctx, input))
  }

  @Mutation(() => IntegrationKeyPayload, {
    description: 'Gives an integration another key. The old one is refused within a second.',
  })
  integrationKeyRotate(@Ctx() ctx: Context, @Input(() => IntegrationKeyRotateInput) input: IntegrationKeyRotateInput) {
    return answer(ctx, (ctx) => rotateIntegrationKey(ctx, input))
  }
}
