import type { Person } from './person.js'

/** Mutations as stories tell them. The type of a mutation's input is named after it. */

const mutation = (name: string, selection: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} } }`

/** Carries out a mutation that must succeed and answers its payload. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
export const carryOut = (person: Person, name: string, selection: string, input: object): Promise<any> =>
  person.do(mutation(name, `${selection} userErrors { code field message }`), input)

/** Tries a mutation that must be refused, and answers why. */
export async function refusal(person: Person, name: string, input: object) {
  const data = await person.run(mutation(name, 'userErrors { code field message }'), { input })
  const { userErrors } = data[name] as { userErrors: { code: string; field: string | null; message: string }[] }
  if (userErrors.length !== 1) throw new Error(`${name} was not refused: ${JSON.stringify(data)}`)
  return userErrors[0]!
}
