import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { assignRole, unassignRole } from './assignment.commands.js'
import type { Assignment } from './assignment.js'
import { loadAssignments } from './assignment.queries.js'
import { AssignmentType, IncidentRoleAssignInput, IncidentRoleUnassignInput } from './assignment.types.js'
import type { Incident } from './incident.js'
import { IncidentPayload, IncidentType } from './incident.types.js'

@Resolver(() => AssignmentType)
export class AssignmentResolver {
  @Shareable()
  @FieldResolver(() => UserType, { description: 'Who has the role.' })
  user(@Root() { userId }: Assignment, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }

  @Mutation(() => IncidentPayload, {
    description: 'Gives somebody a role in the response; they relieve whoever held one that only one person has.',
  })
  incidentRoleAssign(@Ctx() ctx: Context, @Input(() => IncidentRoleAssignInput) input: IncidentRoleAssignInput) {
    return answer(ctx, (ctx) => assignRole(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Takes a role in the response away.' })
  incidentRoleUnassign(@Ctx() ctx: Context, @Input(() => IncidentRoleUnassignInput) input: IncidentRoleUnassignInput) {
    return answer(ctx, (ctx) => unassignRole(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentAssignmentsResolver {
  @Shareable()
  @FieldResolver(() => [AssignmentType], { description: 'Who has which role in the response, in the order of giving.' })
  async assignments(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadAssignments(ctx, id)) ?? []
  }
}
