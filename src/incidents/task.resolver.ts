import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { Incident } from './incident.js'
import { loadIncident } from './incident.queries.js'
import { IncidentType } from './incident.types.js'
import { addTask, updateTask } from './task.commands.js'
import type { Task } from './task.js'
import { loadTasks } from './task.queries.js'
import { IncidentTaskAddInput, IncidentTaskUpdateInput, TaskPayload, TaskType } from './task.types.js'

@Resolver(() => TaskType)
export class TaskResolver {
  @Shareable()
  @FieldResolver(() => Boolean, { description: 'Whether it is done.' })
  done(@Root() { doneAt }: Task) {
    return doneAt !== null
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who shall do it; null while nobody is named.' })
  assignee(@Root() { assigneeId }: Task, @Ctx() ctx: Context) {
    return assigneeId && loadUser(ctx, assigneeId)
  }

  @FieldResolver(() => IncidentType, {
    nullable: true,
    description: 'The incident that it belongs to; null when it has been hidden from the viewer meanwhile.',
  })
  incident(@Root() { incidentId }: Task, @Ctx() ctx: Context) {
    return loadIncident(ctx, incidentId)
  }

  @Mutation(() => TaskPayload, { description: 'Adds a task to an incident.' })
  incidentTaskAdd(@Ctx() ctx: Context, @Input(() => IncidentTaskAddInput) input: IncidentTaskAddInput) {
    return answer(ctx, (ctx) => addTask(ctx, input))
  }

  @Mutation(() => TaskPayload, { description: 'Changes a task, ticks it off or opens it again.' })
  incidentTaskUpdate(@Ctx() ctx: Context, @Input(() => IncidentTaskUpdateInput) input: IncidentTaskUpdateInput) {
    return answer(ctx, (ctx) => updateTask(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentTasksResolver {
  @Shareable()
  @FieldResolver(() => [TaskType], {
    description: 'What is to be done, in the order of adding. Empty for those who do not work on incidents.',
  })
  async tasks(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadTasks(ctx, id)) ?? []
  }
}
