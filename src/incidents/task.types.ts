import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { Node } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { IncidentChangeInput, RecordedPayload } from './incident.types.js'
import type { TaskAdd, TaskUpdate } from './task.commands.js'

@ObjectType('Task', { implements: Node, simpleResolvers: true, description: 'Something to be done for an incident.' })
export class TaskType extends Node {
  @Field(() => String, { description: 'What is to be done, in a line.' })
  title: string
  @Field(() => String, { description: 'More about it, in Markdown.' })
  description: string
  @Field(() => DateTime, { nullable: true, description: 'By when it should be done.' })
  dueAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was done; null while it is open.' })
  doneAt: Date | null
  @Field(() => DateTime, { description: 'When it was added.' })
  createdAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a task answers.' })
export class TaskPayload extends RecordedPayload {
  @Field(() => TaskType, { nullable: true, description: 'As the change left it.' })
  task: TaskType | null
}

@InputType({ description: 'To add a task to an incident.' })
export class IncidentTaskAddInput extends IncidentChangeInput implements TaskAdd {
  @Field(() => String, { description: 'What is to be done, in a line of up to 300 characters.' })
  title: string
  @Field(() => String, { nullable: true, description: 'More about it, in Markdown of up to 20,000 characters.' })
  description?: string
  @Field(() => ID, {
    nullable: true,
    description: 'An active person who works on incidents. They become a participant.',
  })
  assigneeId?: string
  @Field(() => DateTime, { nullable: true, description: 'By when it should be done.' })
  dueAt?: Date
}

@InputType({ description: 'To change a task; what is left out stays.' })
export class IncidentTaskUpdateInput implements TaskUpdate {
  @Field(() => ID, { description: 'The task.' })
  taskId: string
  @Field(() => String, { nullable: true, description: 'What is to be done, in a line of up to 300 characters.' })
  title?: string
  @Field(() => String, { nullable: true, description: 'More about it, in Markdown of up to 20,000 characters.' })
  description?: string
  @Field(() => ID, {
    nullable: true,
    description: 'An active person who works on incidents, who becomes a participant. Null gives it to nobody.',
  })
  assigneeId?: string | null
  @Field(() => DateTime, { nullable: true, description: 'By when it should be done. Null takes that away.' })
  dueAt?: Date | null
  @Field(() => Boolean, { nullable: true, description: 'True ticks it off, false opens it again.' })
  done?: boolean
}
