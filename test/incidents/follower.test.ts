import { mayBeTold } from '../../src/notifications/disclosure.js'
import { type NewNotification, NotificationKind } from '../../src/notifications/notification.js'
import { SYSTEM } from '../../src/platform/actor.js'
import type { Context } from '../../src/platform/context.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

const notified: NewNotification[] = []
jest.mock('../../src/notifications/notification.commands.js', () => ({
  ...jest.requireActual('../../src/notifications/notification.commands.js'),
  notify: (_ctx: Context, notifications: readonly NewNotification[]) => void notified.push(...notifications),
}))

let server: TestServer
let grace: Person
let ctx: Context
beforeAll(async () => {
  server = await startTestServer()
  grace = await server.as('MANAGER', { name: 'Grace' })
  const source = createDataSource({ url: server.databaseUrl, entities: [], migrations: [] })
  await source.initialize()
  ctx = { actor: SYSTEM, db: Database.of(source), now: server.clock.now }
})
afterAll(async () => {
  await ctx.db.source.destroy()
  await server.stop()
})

const follow = (person: Person, id: string) => change(person, 'incidentFollow', { id }, 'viewerFollows')
const unfollow = (person: Person, id: string) => change(person, 'incidentUnfollow', { id }, 'viewerFollows')
const follows = async (person: Person, id: string) => (await look(person, id, 'viewerFollows')).viewerFollows

/** Publishes and answers who was told. */
async function publish(id: string, audience = 'PUBLIC', author = grace): Promise<string[]> {
  notified.splice(0)
  await carryOut(author, 'incidentStatusUpdatePublish', 'eventCursor', { id, body: 'We are on it.', audience })
  return notified.map(({ userId }) => userId!).sort()
}
const ids = (...people: Person[]) => people.map(({ id }) => id).sort()

it('is whoever reported it or takes part in it, and whoever asks to', async () => {
  const reporter = await server.as('REQUESTER', { name: 'Rita' })
  const ada = await server.as('RESPONDER', { name: 'Ada' })
  const sam = await server.as('STAKEHOLDER', { name: 'Sam' })
  const id = await declare(reporter)
  await change(ada, 'incidentAcknowledge', { id })
  expect(await follow(sam, id)).toEqual({ viewerFollows: true })
  expect(await follow(sam, id)).toEqual({ viewerFollows: true })
  const { followers, version } = await look(
    ada,
    id,
    'version followers(first: 10) { totalCount edges { node { name } } }',
  )
  expect(followers).toEqual({
    totalCount: 3,
    edges: ['Ada', 'Rita', 'Sam'].map((name) => ({ node: { name } })),
  })
  expect(version).toBe(2) // following changes nothing about it
  expect((await timeline(ada, id)).join()).not.toContain('Sam')
  expect([await follows(reporter, id), await follows(ada, id), await follows(grace, id)]).toEqual([true, true, false])
  expect(await look(sam, id, 'followers(first: 1) { totalCount }')).toEqual({ followers: null })
  expect(await publish(id)).toEqual(ids(reporter, ada, sam))
})

it('is nobody who has said no, even if they take part', async () => {
  const reporter = await server.as('REQUESTER')
  const ada = await server.as('RESPONDER')
  const id = await declare(reporter)
  expect(await unfollow(reporter, id)).toEqual({ viewerFollows: false })
  expect(await unfollow(ada, id)).toEqual({ viewerFollows: false })
  expect(await publish(id)).toEqual([])
  await follow(ada, id)
  await follow(reporter, id)
  expect(await publish(id)).toEqual(ids(reporter, ada))
  await unfollow(ada, id)
  await change(ada, 'incidentAcknowledge', { id })
  expect(await publish(id)).toEqual(ids(reporter))
})

it('is told what is meant for them, and not what they wrote themselves', async () => {
  const service = await server.service('Card gateway')
  const reporter = await server.as('REQUESTER')
  const id = await declare(reporter, {
    serviceId: service,
    title: 'Cards are declined',
    impact: 'HIGH',
    urgency: 'HIGH',
  })
  const sam = await server.as('STAKEHOLDER')
  const partner = await server.as('PARTNER', { services: [service] })
  const ada = await server.as('RESPONDER')
  for (const person of [sam, partner, ada, grace]) await follow(person, id)
  expect(await publish(id, 'INTERNAL')).toEqual(ids(ada))
  expect(await publish(id, 'STAKEHOLDER')).toEqual(ids(ada, sam))
  expect(await publish(id, 'PARTNER')).toEqual(ids(ada, partner))
  expect(await publish(id, 'PUBLIC', ada)).toEqual(ids(grace, sam, partner, reporter))
  const [{ number, statusUpdates }] = [
    await look(grace, id, 'number statusUpdates(first: 1) { edges { node { id } } }'),
  ]
  expect(notified[0]).toMatchObject({
    ...{ kind: 'STATUS_UPDATE', urgency: 'LOW', subject: statusUpdates.edges[0].node.id, body: 'We are on it.' },
    title: `#${number} P1 Cards are declined`,
    facts: [
      { name: 'Status', value: 'triggered' },
      { name: 'Published by', value: ada.name },
    ],
  })
})

it('hears nothing of what they may not read any more, neither new nor already on its way', async () => {
  const team = await server.team('Security')
  const id = await declare(grace, { teamId: team })
  const ada = await server.as('RESPONDER', { teams: [team] })
  const sam = await server.as('STAKEHOLDER')
  const ben = await server.as('RESPONDER')
  for (const person of [ada, sam, ben]) await follow(person, id)
  const still = async () => (await mayBeTold(ctx, onTheWay)).map(({ userId }) => userId!).sort()
  await publish(id, 'PUBLIC')
  const onTheWay = [...notified]
  expect(await still()).toEqual(ids(ada, sam, ben))

  await server.sql('UPDATE users SET active = false WHERE id = $1', [ben.id])
  expect(await publish(id)).toEqual(ids(ada, sam))
  expect(await still()).toEqual(ids(ada, sam))

  await change(grace, 'incidentVisibilityChange', { id, visibility: 'TEAM', reason: 'Ours' })
  expect(await publish(id)).toEqual(ids(ada))
  expect(await still()).toEqual(ids(ada))

  await change(grace, 'incidentVisibilityChange', { id, visibility: 'RESTRICTED', reason: 'An intrusion' })
  expect(await publish(id)).toEqual([])
  expect(await still()).toEqual([])

  await carryOut(grace, 'incidentParticipantAdd', 'eventCursor', { id, userId: ada.id })
  expect(await publish(id)).toEqual(ids(ada))
  await server.sql(`UPDATE users SET role = 'STAKEHOLDER' WHERE id = $1`, [ada.id])
  expect(await publish(id, 'INTERNAL')).toEqual([]) // a participant still, but no responder
})

it('has to see it', async () => {
  const id = await declare(grace, { visibility: 'RESTRICTED' })
  for (const role of ['REQUESTER', 'RESPONDER', 'STAKEHOLDER', 'PARTNER', 'MANAGER'] as const)
    for (const name of ['incidentFollow', 'incidentUnfollow'])
      expect(await refusal(await server.as(role), name, { id })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
  expect(await follow(await server.as('AUDITOR'), id)).toEqual({ viewerFollows: true })
  const reader = await server.as('ADMIN', { scopes: ['READ' as never] })
  expect(await refusal(reader, 'incidentFollow', { id })).toMatchObject({ code: 'FORBIDDEN' })
})

it('is kept for the audit', async () => {
  const id = await declare(grace)
  const ada = await server.as('RESPONDER')
  await follow(ada, id)
  await unfollow(ada, id)
  expect(
    await server.sql(`SELECT type, payload, incident_id FROM events WHERE subject = $1 ORDER BY id`, [ada.id]),
  ).toEqual(
    ['user.followed', 'user.unfollowed'].map((type) => ({ type, payload: { incidentId: id }, incident_id: null })),
  )
})

it('knows what to withhold by its kind', async () => {
  const page = { kind: NotificationKind.ON_CALL, subject: 'inc_x', userId: grace.id, contactPointId: null, title: 'x' }
  const update = { ...page, kind: NotificationKind.STATUS_UPDATE, subject: 'upd_x' }
  expect(await mayBeTold(ctx, [page, update])).toEqual([page])
})
