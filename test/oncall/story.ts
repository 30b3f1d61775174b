import type { Person } from '../support/person.js'
import type { TestServer } from '../support/server.js'
import { carryOut } from '../support/mutation.js'

export { carryOut, refusal } from '../support/mutation.js'

/** What the stories of this folder tell in few words. A mutation's input type is named after it. */

/** Around the clock, handed over every day at 09:00. */
export const daily = (...people: readonly Person[]) => ({
  name: 'Primary',
  participantIds: people.map(({ id }) => id),
  rotation: { kind: 'DAILY', handoverTime: '09:00' },
})

let made = 0
/** Makes a schedule in Berlin and answers its id. */
export async function makeSchedule(person: Person, input: object = {}): Promise<string> {
  const named = { name: `Schedule ${++made}`, timeZone: 'Europe/Berlin', ...input }
  return (await carryOut(person, 'scheduleCreate', 'schedule { id }', named)).schedule.id
}

/** Reads fields of a schedule. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function look(person: Person, id: string, fields: string): Promise<any> {
  return (await person.run(`query ($id: ID!) { schedule(id: $id) { ${fields} } }`, { id })).schedule
}

/** The names of who is on call at a moment. */
export async function onCall(person: Person, id: string, at: string | Date): Promise<string[]> {
  const { schedule } = await person.run(
    'query ($id: ID!, $at: DateTime) { schedule(id: $id) { onCall(at: $at) { current { user { name } } } } }',
    { id, at },
  )
  return schedule.onCall.current.map(({ user }: { user: { name: string } }) => user.name)
}

/** Sets the clock to a moment that is still to come. The stories are told in 2030, from Monday, 4 March, 09:00 in Berlin. */
export const travelTo = (server: TestServer, moment = '2030-03-04T08:00:00Z'): void =>
  server.clock.advance(Date.parse(moment) - +server.clock.now())

/** The shifts and gaps of a range, each in a line: `Ada 04T08:00 05T08:00`, in UTC. */
export async function finalSchedule(person: Person, id: string, from: string, to: string) {
  const { schedule } = await person.run(
    `query ($id: ID!, $from: DateTime!, $to: DateTime!) { schedule(id: $id) { finalSchedule(from: $from, to: $to) {
       shifts { startsAt endsAt user { name } } gaps { startsAt endsAt absent { name } } } } }`,
    { id, from, to },
  )
  type Line = { startsAt: string; endsAt: string; user?: { name: string }; absent?: { name: string }[] }
  const line = ({ startsAt, endsAt, user, absent }: Line) =>
    [user?.name ?? `nobody${absent!.map(({ name }) => ` (${name})`)}`, startsAt.slice(8, 16), endsAt.slice(8, 16)].join(
      ' ',
    )
  const { shifts, gaps } = schedule.finalSchedule as { shifts: Line[]; gaps: Line[] }
  return [...shifts, ...gaps].sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1)).map(line)
}
