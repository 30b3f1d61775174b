import { allows } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, type LockedIncident, lockIncident } from './incident.commands.js'
import { enlist } from './participant.commands.js'
import { TaskEntity } from './task.entity.js'
import { countTasks, findTask } from './task.queries.js'
import {
  MAXIMUM_TASKS,
  type Task,
  type TaskRevision,
  type TaskText,
  newTask,
  reviseTask,
  tellRevision,
} from './task.js'

export interface TaskAdd extends IncidentInput, TaskText {
  readonly title: string
}

export interface TaskUpdate extends TaskRevision {
  readonly taskId: string
}

/** Whoever gets the task becomes a participant. */
export const addTask = (ctx: Context, input: TaskAdd) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    const now = ctx.now()
    const id = newId('task', now.getTime())
    const task: Task = {
      ...{ id, incidentId: incident.id, ...newTask(input) },
      ...{ doneAt: null, createdBy: ctx.actor.id, createdAt: now },
    }
    if ((await countTasks(ctx.db, incident.id)) >= MAXIMUM_TASKS)
      throw badInput('id', `An incident has at most ${MAXIMUM_TASKS} tasks.`)
    const assignee = await assigneeOf(ctx, incident, task)
    await ctx.db.entities.insert(TaskEntity, task)
    const body = `Task “${task.title}” added${assignee ? `, given to ${assignee.name}` : ''}`
    const type = IncidentEventType.TASK_ADDED
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body, audience: Audience.INTERNAL })
    return { task, eventCursor }
  })

export const updateTask = (ctx: Context, input: TaskUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const known = allows(ctx.actor, 'directory.read') ? await findTask(ctx.db, input.taskId) : null
    if (!known) throw notFound('task', 'taskId')
    const incident = await lockIncident(ctx, { id: known.incidentId }, 'incident.respond')
    const before = (await findTask(ctx.db, known.id))! // as it is now that nobody else can change it
    const changes = reviseTask(before, input, ctx.now())
    if (Object.keys(changes).length === 0) return { task: before, eventCursor: null }
    const assignee = await assigneeOf(ctx, incident, changes)
    await ctx.db.entities.update(TaskEntity, { id: before.id }, changes)
    const body = tellRevision(before, changes, assignee?.name ?? null)
    const type = IncidentEventType.TASK_UPDATED
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body, audience: Audience.INTERNAL })
    return { task: { ...before, ...changes }, eventCursor }
  })

const assigneeOf = async (ctx: Context, incident: LockedIncident, { assigneeId }: Partial<Task>) =>
  typeof assigneeId === 'string' ? enlist(ctx, incident, 'assigneeId', assigneeId) : null
