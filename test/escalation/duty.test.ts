import { ChannelKind } from '../../src/notifications/channels/channel.js'
import { FakeChannel } from '../notifications/fake-channel.js'
import { settle } from '../notifications/story.js'
import { carryOut, daily, makeSchedule, travelTo } from '../oncall/story.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** People are told of their duty, and nobody is woken for it. */

const HOUR = 3_600_000
const mail = new FakeChannel(ChannelKind.EMAIL, 0)
let server: TestServer
let manager: Person, ada: Person, bob: Person, eve: Person
let schedule: string
beforeAll(async () => {
  server = await startTestServer({}, { channels: new Map([[ChannelKind.EMAIL, mail]]) })
  travelTo(server)
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada' })
  bob = await server.as('RESPONDER', { name: 'Bob' })
  eve = await server.as('RESPONDER', { name: 'Eve' })
})
afterAll(() => server.stop())

/** The next e-mail: to whom, and what it says. */
async function told() {
  const { message, address } = await mail.next()
  const [{ kind, urgency, title, body, facts }] = message.items as [(typeof message.items)[0]]
  const to = [ada, bob, eve].find(({ id }) => address.startsWith(id))?.name
  return { to, kind, urgency, title, body, facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])) }
}
const TOLD = { kind: 'ON_CALL', urgency: 'LOW' }

it('that their turn begins', async () => {
  const layers = [{ ...daily(ada, bob), startsAt: '2030-03-04T08:00:00Z' }]
  schedule = await makeSchedule(manager, { name: 'Primary', layers })
  expect(await told()).toEqual({
    ...{ ...TOLD, to: 'Ada', title: 'You are on call on “Primary”', body: '' },
    facts: { From: '2030-03-04T08:00:00.000Z', Until: '2030-03-05T08:00:00.000Z', 'Why you': 'Layer “Primary”' },
  })
  await server.pass(24 * HOUR)
  expect(await told()).toMatchObject({ to: 'Bob', facts: { From: '2030-03-05T08:00:00.000Z' } })
})

it('that they stand in for somebody, from when they do', async () => {
  const { override } = await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: schedule, kind: 'REPLACE', outgoingId: bob.id, incomingId: eve.id, reason: 'Dentist' },
    ...{ startsAt: '2030-03-05T10:00:00Z', endsAt: '2030-03-05T12:00:00Z' },
  })
  expect(override.id).toMatch(/^ovr_/)
  await settle(server)
  expect(mail.untaken).toBe(0)
  await server.pass(2 * HOUR)
  expect(await told()).toMatchObject({ to: 'Eve', facts: { 'Why you': 'Override by Mona: Dentist' } })
  await server.pass(2 * HOUR)
  expect(await told()).toMatchObject({ to: 'Bob', facts: { From: '2030-03-05T12:00:00.000Z' } }) // it is his again
})

it('that somebody asks for a swap, and what became of their asking', async () => {
  const ask = async (input: object = {}) => {
    const range = { startsAt: '2030-03-06T10:00:00Z', endsAt: '2030-03-06T12:00:00Z' }
    const asked = { scheduleId: schedule, message: 'Birthday', ...range, ...input }
    return (await carryOut(ada, 'shiftSwapRequest', 'swap { id }', asked)).swap.id as string
  }
  const first = await ask()
  const title = 'Ada asks you to take a shift on “Primary”'
  expect(await told()).toMatchObject({
    ...TOLD,
    to: 'Bob',
    title,
    body: 'Birthday',
    facts: { From: '2030-03-06T10:00:00.000Z' },
  })
  await carryOut(bob, 'shiftSwapAccept', 'swap { id }', { id: first })
  expect(await told()).toMatchObject({ to: 'Ada', title: 'Bob takes your shift on “Primary”' })
  const second = await ask({ askedId: eve.id, startsAt: '2030-03-06T13:00:00Z', endsAt: '2030-03-06T14:00:00Z' })
  expect((await told()).to).toBe('Eve')
  await carryOut(eve, 'shiftSwapDecline', 'swap { id }', { id: second })
  expect(await told()).toMatchObject({ to: 'Ada', title: 'Eve does not take your shift on “Primary”' })
  await settle(server)
  expect(mail.untaken).toBe(0)
})

it('once their quiet hours are over', async () => {
  const week = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
  await ada.do('mutation ($input: QuietHoursSetInput!) { quietHoursSet(input: $input) { userErrors { message } } }', {
    quietHours: { weekdays: week, from: '00:00', until: '23:00' },
  })
  await server.pass(20 * HOUR) // to Wednesday, 09:00 in Berlin: Ada's turn
  await settle(server)
  expect(mail.untaken).toBe(0)
  await server.pass(24 * HOUR) // and Bob's
  expect([(await told()).to, (await told()).to].sort()).toEqual(['Ada', 'Bob'])
})
