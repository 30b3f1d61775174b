import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, declare, look, refusal } from './story.js'

let server: TestServer
let grace: Person
beforeAll(async () => {
  server = await startTestServer()
  grace = await server.as('MANAGER', { name: 'Grace' })
})
afterAll(() => server.stop())

const AUDIENCES = ['INTERNAL', 'STAKEHOLDER', 'PARTNER', 'PUBLIC'] as const
const publish = (id: string, body: string, audience: string) =>
  carryOut(
    grace,
    'incidentStatusUpdatePublish',
    'eventCursor statusUpdate { id body audience publishedAt author { name } }',
    {
      ...{ id, body, audience },
    },
  )
const bodies = (connection: { edges: { node: { body: string } }[] }) => connection.edges.map(({ node }) => node.body)

it('is published as an entry of the timeline and as an event, and keeps the version', async () => {
  const id = await declare(grace)
  const { statusUpdate, eventCursor } = await publish(id, ' We are **on it**. ', 'PUBLIC')
  expect(statusUpdate).toEqual({
    id: expect.stringMatching(/^upd_/),
    body: 'We are **on it**.',
    audience: 'PUBLIC',
    publishedAt: expect.any(String),
    author: { name: 'Grace' },
  })
  expect(eventCursor).toEqual(expect.any(String))
  const { timeline, version } = await look(
    grace,
    id,
    'version timeline(last: 1) { edges { node { kind eventType body audience } } }',
  )
  expect(timeline.edges[0].node).toEqual({
    kind: 'STATUS_UPDATE',
    eventType: 'STATUS_UPDATE_PUBLISHED',
    body: 'We are **on it**.',
    audience: 'PUBLIC',
  })
  expect(version).toBe(1)
})

it('reaches its audience and those who run incidents, newest first', async () => {
  const service = await server.service('Card gateway')
  const requester = await server.as('REQUESTER')
  const id = await declare(requester, { serviceId: service })
  for (const audience of AUDIENCES) await publish(id, audience, audience)
  const heard = async (person: Person) => {
    const { statusUpdates, timeline } = await look(
      person,
      id,
      'statusUpdates(first: 10) { totalCount edges { node { body } } } timeline(last: 10) { edges { node { body } } }',
    )
    const read = bodies(statusUpdates)
    expect(statusUpdates.totalCount).toBe(read.length)
    expect(bodies(timeline).slice(1)).toEqual([...read].reverse())
    return read
  }
  for (const role of ['RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR'] as const)
    expect(await heard(await server.as(role))).toEqual(['PUBLIC', 'PARTNER', 'STAKEHOLDER', 'INTERNAL'])
  expect(await heard(requester)).toEqual(['PUBLIC'])
  expect(await heard(await server.as('STAKEHOLDER'))).toEqual(['PUBLIC', 'STAKEHOLDER'])
  expect(await heard(await server.as('PARTNER', { services: [service] }))).toEqual(['PUBLIC', 'PARTNER'])
})

it('arrives on the streams of its audience alone', async () => {
  const requester = await server.as('REQUESTER')
  const { incident, eventCursor } = await carryOut(requester, 'incidentDeclare', 'incident { id } eventCursor', {
    title: 'Checkout is down',
  })
  const { id } = incident
  const stream = await requester.subscribe(
    'subscription ($after: String) { incidentEvents(after: $after) { type entry { body } } }',
    { after: eventCursor },
  )
  await publish(id, 'between us', 'INTERNAL')
  await publish(id, 'to whom it may concern', 'PUBLIC')
  expect((await stream.next()).data.incidentEvents).toEqual({
    type: 'STATUS_UPDATE_PUBLISHED',
    entry: { body: 'to whom it may concern' },
  })
  stream.stop()
})

it('is read page by page in both directions', async () => {
  const id = await declare(grace)
  for (const n of [1, 2, 3, 4, 5]) await publish(id, `${n}`, 'PUBLIC')
  const page = async (args: string) => {
    const fields = `statusUpdates(${args}) { edges { node { body } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`
    const { statusUpdates } = await look(grace, id, fields)
    return { bodies: bodies(statusUpdates), ...statusUpdates.pageInfo }
  }
  const first = await page('first: 2')
  expect(first).toMatchObject({ bodies: ['5', '4'], hasNextPage: true })
  const second = await page(`first: 2, after: "${first.endCursor}"`)
  expect(second).toMatchObject({ bodies: ['3', '2'], hasNextPage: true, hasPreviousPage: true })
  expect(await page('last: 1')).toMatchObject({ bodies: ['1'], hasPreviousPage: true, hasNextPage: false })
  expect(await page(`last: 2, before: "${second.startCursor}"`)).toMatchObject({
    bodies: ['5', '4'],
    hasPreviousPage: false,
  })
})

it('is refused when it is empty, too long, or the publisher does not work on the incident', async () => {
  const requester = await server.as('REQUESTER')
  const id = await declare(requester)
  for (const body of [' ', 'x'.repeat(20_001)])
    expect(await refusal(grace, 'incidentStatusUpdatePublish', { id, body, audience: 'PUBLIC' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'body',
    })
  const input = { id, body: 'All is well', audience: 'PUBLIC' }
  for (const role of ['STAKEHOLDER', 'AUDITOR'] as const)
    expect((await refusal(await server.as(role), 'incidentStatusUpdatePublish', input)).code).toBe('FORBIDDEN')
  expect((await refusal(requester, 'incidentStatusUpdatePublish', input)).code).toBe('FORBIDDEN')
  expect((await look(grace, id, 'statusUpdates(first: 1) { totalCount }')).statusUpdates.totalCount).toBe(0)
})

it('was told to its followers, which others learn of only as far as they see the incident', async () => {
  const id = await declare(grace, { visibility: 'RESTRICTED' })
  const ada = await server.as('RESPONDER', { name: 'Ada' })
  const manager = await server.as('MANAGER')
  await carryOut(grace, 'incidentParticipantAdd', 'eventCursor', { id, userId: ada.id })
  await publish(id, 'Somebody has broken in.', 'INTERNAL')
  const [told] = await server.sql('SELECT id FROM notifications WHERE user_id = $1', [ada.id])
  const read = async (person: Person) =>
    (await person.run('query ($id: ID!) { notification(id: $id) { body } }', { id: told!['id'] })).notification
  expect(await read(ada)).toEqual({ body: 'Somebody has broken in.' })
  expect(await read(grace)).toEqual({ body: 'Somebody has broken in.' })
  expect(await read(manager)).toBeNull()
})
