import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import type { RoleChange } from './assignment.commands.js'
import { IncidentRole } from './assignment.js'
import { IncidentChangeInput } from './incident.types.js'

registerEnumType(IncidentRole, {
  name: 'IncidentRole',
  description: 'What somebody does in the response to an incident, as the incident command system calls it.',
  valuesConfig: {
    COMMANDER: { description: 'Leads the response and decides. One person.' },
    DEPUTY: { description: 'Supports the commander and can take over at once.' },
    OPERATIONS_LEAD: { description: 'Leads the technical work. One person.' },
    COMMUNICATIONS_LEAD: { description: 'Speaks for the response, inside and outside. One person.' },
    SCRIBE: { description: 'Writes down what happens and what is decided.' },
    LIAISON: { description: 'Keeps contact with a customer, a supplier or an authority.' },
    SUBJECT_MATTER_EXPERT: { description: 'Knows a system or a subject that matters here.' },
  },
})

@ObjectType('IncidentAssignment', { simpleResolvers: true, description: 'A role in the response and who has it.' })
export class AssignmentType {
  @Field(() => IncidentRole, { description: 'What they do.' })
  role: IncidentRole
  @Field(() => DateTime, { description: 'Since when.' })
  assignedAt: Date
}

@InputType({ description: 'To give somebody a role in the response.' })
export class IncidentRoleAssignInput extends IncidentChangeInput implements RoleChange {
  @Field(() => IncidentRole, { description: 'What they shall do.' })
  role: IncidentRole
  @Field(() => ID, { description: 'An active person who works on incidents. They become a participant.' })
  userId: string
}

@InputType({ description: 'To take a role in the response away.' })
export class IncidentRoleUnassignInput extends IncidentChangeInput implements RoleChange {
  @Field(() => IncidentRole, { description: 'What they shall do no more.' })
  role: IncidentRole
  @Field(() => ID, { description: 'Who has the role. They stay a participant.' })
  userId: string
}
