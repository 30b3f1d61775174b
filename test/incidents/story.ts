import type { Person } from '../support/person.js'
import { carryOut } from '../support/mutation.js'

export { carryOut, refusal } from '../support/mutation.js'

/** What the stories of this folder tell in few words. A mutation's input type is named after it. */

/** Changes an incident and answers it as the change left it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function change(person: Person, name: string, input: object, fields = 'id status version'): Promise<any> {
  return (await carryOut(person, name, `incident { ${fields} }`, input)).incident
}

/** Declares an incident and answers its id. */
export const declare = async (person: Person, input: object = {}): Promise<string> =>
  (await change(person, 'incidentDeclare', { title: 'Checkout is down', ...input })).id

/** Reads fields of an incident; null when the person does not see it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function look(person: Person, id: string, fields: string): Promise<any> {
  return (await person.run(`query ($id: ID!) { incident(id: $id) { ${fields} } }`, { id })).incident
}

/** What the person reads on the timeline, oldest first. */
export async function timeline(person: Person, id: string): Promise<string[]> {
  const { timeline } = await look(person, id, 'timeline(first: 100) { edges { node { body } } }')
  return timeline.edges.map(({ node }: { node: { body: string } }) => node.body)
}
