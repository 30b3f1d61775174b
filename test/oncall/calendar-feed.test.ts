import { hashOf } from '../../src/access/secret.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, makeSchedule, refusal, travelTo } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
  manager = await server.as('MANAGER', { name: 'Mona' })
})
beforeEach(async () => {
  ada = await server.as('RESPONDER', { name: 'Ada; the first,\nof many' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
})
afterAll(() => server.stop())

const make = (...people: Person[]) =>
  makeSchedule(manager, { layers: [{ ...daily(...people), startsAt: '2030-02-25T08:00:00Z' }] })
const subscribe = (person: Person, input: object = {}) =>
  carryOut(person, 'calendarFeedCreate', 'url feed { id createdAt schedule { name } }', input)

interface CalendarEvent {
  uid: string
  start: string
  end: string
  summary: string
}

/** What a calendar program makes of it: lines unfolded, in properties of events. */
async function read(url: string): Promise<CalendarEvent[]> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  const text = (await response.text()).replace(/\r\n[ \t]/g, '')
  expect(text).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/)
  return text
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((event) => {
      const of = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(event)?.[1]?.trim() ?? ''
      return { uid: of('UID'), start: of('DTSTART'), end: of('DTEND'), summary: of('SUMMARY') }
    })
}

it('tells a person’s shifts of the last 30 days and the next 90, in UTC', async () => {
  await make(ada, grace)
  const { url, feed } = await subscribe(ada)
  expect(url).toMatch(new RegExp(`^${server.url}/calendar/[\\w-]{43}\\.ics$`))
  expect(feed).toEqual({ id: expect.stringMatching(/^cal_/), createdAt: expect.any(String), schedule: null })
  const events = await read(url)
  expect(events[0]).toEqual({
    uid: expect.stringMatching(/@tocsin$/),
    ...{ start: '20300225T080000Z', end: '20300226T080000Z' },
    summary: expect.stringMatching(/^On call: Schedule \d+$/),
  })
  expect(events).toHaveLength(49) // every other day of 97
  expect(events.at(-1)!.start).toBe('20300601T070000Z') // 09:00 in summer
})

it('tells the shifts of a schedule, and keeps the UID of each as time goes by and others change', async () => {
  const id = await make(ada, grace)
  const { url } = await subscribe(grace, { scheduleId: id })
  const before = await read(url)
  expect(before[0]!.summary).toBe('Ada\\; the first\\,\\nof many')
  expect(new Set(before.map(({ uid }) => uid)).size).toBe(before.length)
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: id, kind: 'REPLACE', outgoingId: grace.id, incomingId: manager.id },
    ...{ startsAt: '2030-03-10T08:00:00Z', endsAt: '2030-03-11T08:00:00Z' },
  })
  server.clock.advance(36 * 3_600_000)
  const after = await read(url)
  expect(after.find(({ start }) => start.startsWith('20300310'))!.summary).toBe('Mona')
  for (const event of before.filter(({ start }) => !start.startsWith('20300310'))) expect(after).toContainEqual(event)
})

it('keeps only the hash of its secret', async () => {
  const { url, feed } = await subscribe(ada)
  const secret = /([\w-]{43})\.ics$/.exec(url)![1]!
  const [row] = await server.sql('SELECT secret_hash FROM calendar_feeds WHERE id = $1', [feed.id])
  expect(row!.secret_hash).toEqual(hashOf(secret))
  const told = await server.sql(`SELECT payload::text FROM events WHERE payload::text LIKE '%' || $1 || '%'`, [secret])
  expect(told).toEqual([])
})

it('gets another address when it is made again, and none when it is revoked', async () => {
  const id = await make(ada)
  const status = async (url: string) => (await fetch(url)).status
  const [first, other] = [await subscribe(ada), await subscribe(ada, { scheduleId: id })]
  const second = await subscribe(ada)
  expect([await status(first.url), await status(second.url), await status(other.url)]).toEqual([404, 200, 200])
  const { calendarFeeds } = await ada.run('{ calendarFeeds(first: 10) { edges { node { id schedule { id } } } } }')
  expect(calendarFeeds.edges).toEqual(
    expect.arrayContaining([
      { node: { id: second.feed.id, schedule: null } },
      { node: { id: other.feed.id, schedule: { id } } },
    ]),
  )
  expect(await refusal(grace, 'calendarFeedRevoke', { id: second.feed.id })).toMatchObject({ code: 'NOT_FOUND' })
  expect((await grace.run('query ($id: ID!) { node(id: $id) { id } }', { id: second.feed.id })).node).toBeNull()
  await carryOut(ada, 'calendarFeedRevoke', 'feed { id }', { id: second.feed.id })
  expect([await status(second.url), await status(other.url)]).toEqual([404, 200])
  await server.sql('UPDATE users SET active = false WHERE id = $1', [ada.id])
  expect(await status(other.url)).toBe(404)
})

it('answers nothing to an address that is none', async () => {
  const nothing = await (await fetch(`${server.url}/nowhere`)).text()
  const { url } = await subscribe(ada)
  for (const wrong of [
    url.replace(/\.ics$/, ''),
    url.replace(/.\.ics$/, '.ics'),
    url.replace('.ics', 'x.ics'),
    `${server.url}/calendar/.ics`,
    `${server.url}/calendar/`,
    `${server.url}/calendar/%00.ics`,
    `${server.url}/calendar/${'x'.repeat(400)}.ics`,
  ]) {
    const response = await fetch(wrong)
    expect([wrong, response.status, await response.text()]).toEqual([wrong, 404, nothing])
  }
})

it('is for those who read the directory, and of a schedule that there is', async () => {
  expect(await refusal(await server.as('STAKEHOLDER'), 'calendarFeedCreate', {})).toMatchObject({ code: 'FORBIDDEN' })
  for (const scheduleId of ['sch_none', ''])
    expect(await refusal(ada, 'calendarFeedCreate', { scheduleId })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'scheduleId' },
    })
  expect(await read((await subscribe(await server.as('AUDITOR'))).url)).toEqual([])
})
