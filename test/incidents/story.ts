import type { Person } from '../support/person.js'

/** What the stories of this folder tell in few words. A mutation's input type is named after it. */

const mutation = (name: string, selection: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} } }`

/** Carries out a mutation that must succeed and answers its payload. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
export const carryOut = (person: Person, name: string, selection: string, input: object): Promise<any> =>
  person.do(mutation(name, `${selection} userErrors { code field message }`), input)

/** Changes an incident and answers it as the change left it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function change(person: Person, name: string, input: object, fields = 'id status version'): Promise<any> {
  return (await carryOut(person, name, `incident { ${fields} }`, input)).incident
}

/** Declares an incident and answers its id. */
export const declare = async (person: Person, input: object = {}): Promise<string> =>
  (await change(person, 'incidentDeclare', { title: 'Checkout is down', ...input })).id

/** Tries a mutation that must be refused, and answers why: `[code, field]` and the message. */
export async function refusal(person: Person, name: string, input: object) {
  const data = await person.run(mutation(name, 'userErrors { code field message }'), { input })
  const { userErrors } = data[name] as { userErrors: { code: string; field: string | null; message: string }[] }
  if (userErrors.length !== 1) throw new Error(`${name} was not refused: ${JSON.stringify(data)}`)
  return userErrors[0]!
}

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
