import { badInput } from '../platform/errors.js'
import { optionalText, text } from '../platform/input.js'

/** Something that has to be done for an incident. A task is open or done; who does it may be left to be seen. */

export interface Task {
  id: string
  incidentId: string
  title: string
  description: string
  assigneeId: string | null
  dueAt: Date | null
  doneAt: Date | null
  createdBy: string
  createdAt: Date
}

/** An incident's tasks are read as one list, so there is an end to it. */
export const MAXIMUM_TASKS = 200

const TITLE = { maximum: 300 }
const DESCRIPTION = { maximum: 20_000, minimum: 0 }

/** What people write of a task. Left out, a field stays; null takes assignee and due time away. */
export interface TaskText {
  readonly title?: string | null
  readonly description?: string | null
  readonly assigneeId?: string | null
  readonly dueAt?: Date | null
}

export const newTask = ({ title, description, assigneeId, dueAt }: TaskText & { title: string }) => ({
  title: text('title', title, TITLE),
  description: optionalText('description', description, DESCRIPTION) ?? '',
  assigneeId: assigneeId ?? null,
  dueAt: dueAt ?? null,
})

export interface TaskRevision extends TaskText {
  readonly done?: boolean | null
}

/** The fields that change: none when somebody was faster. Errors: BAD_USER_INPUT when none is named at all. */
export function reviseTask(task: Task, revision: TaskRevision, now: Date): Partial<Task> {
  const changes: Partial<Task> = {}
  const title = optionalText('title', revision.title, TITLE)
  if (title !== null) changes.title = title
  const description = optionalText('description', revision.description, DESCRIPTION)
  if (description !== null) changes.description = description
  if (revision.assigneeId !== undefined) changes.assigneeId = revision.assigneeId
  if (revision.dueAt !== undefined) changes.dueAt = revision.dueAt
  if (typeof revision.done === 'boolean') changes.doneAt = revision.done ? (task.doneAt ?? now) : null
  if (Object.keys(changes).length === 0) throw badInput('taskId', 'Name at least one field to change.')
  const isNew = ([field, value]: [string, unknown]) => !same(value, task[field as keyof Task])
  return Object.fromEntries(Object.entries(changes).filter(isNew))
}

const same = (a: unknown, b: unknown) => a === b || (a instanceof Date && b instanceof Date && +a === +b)

/** What the timeline says of a change; `assignee` is the name of who has it then. */
export function tellRevision(task: Task, changes: Partial<Task>, assignee: string | null): string {
  const told: string[] = []
  if (changes.doneAt !== undefined) told.push(changes.doneAt ? 'done' : 'open again')
  if (changes.title !== undefined) told.push(`now “${changes.title}”`)
  if (changes.description !== undefined) told.push('described anew')
  if (changes.assigneeId !== undefined) told.push(assignee ? `given to ${assignee}` : 'given to nobody')
  if (changes.dueAt !== undefined)
    told.push(changes.dueAt ? `due ${changes.dueAt.toISOString()}` : 'without a due time')
  return `Task “${task.title}”: ${told.join(', ')}`
}
