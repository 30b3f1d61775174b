import { ChannelKind } from '../../src/notifications/channels/channel.js'
import { NotificationKind, NotificationUrgency } from '../../src/notifications/notification.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { FakeChannel, titles } from './fake-channel.js'
import { createPoint, createRule, settle, takeBack, tell, tellAll, until } from './story.js'

const MINUTE = 60_000
const email = new FakeChannel(ChannelKind.EMAIL)
const webhook = new FakeChannel(ChannelKind.WEBHOOK, 0)
let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer({}, { channels: new Map([email, webhook].map((channel) => [channel.kind, channel])) })
})
afterAll(() => server.stop())
beforeEach(async () => void (ada = await server.as('RESPONDER', { name: 'Ada' })))

it('goes to the address of the account when the person has said nothing', async () => {
  const id = await tell(server, ada.id, {
    actions: [{ label: 'Acknowledge', token: 'secret-token', url: 'https://tocsin.example.com/ack' }],
  })
  const { message, address, secret } = await email.next()
  expect({ address, secret }).toEqual({ address: `${ada.id}@example.com`, secret: null })
  expect(message).toEqual({
    id: expect.stringMatching(/^msg_/),
    possibleDuplicate: false,
    items: [
      {
        ...{ notificationId: id, kind: 'ON_CALL', urgency: 'HIGH', subject: expect.stringMatching(/^inc_/) },
        ...{ title: '#1 P1 Checkout is down', body: 'It answers **500**.', url: 'https://tocsin.example.com/1' },
        facts: [{ name: 'Service', value: 'Checkout' }],
        actions: [{ label: 'Acknowledge', token: 'secret-token', url: 'https://tocsin.example.com/ack' }],
        createdAt: expect.any(Date),
      },
    ],
  })
  const { deliveries, ...notification } = await until(ada, id, 'SENT')
  expect(notification).toMatchObject({ kind: 'ON_CALL', urgency: 'HIGH', user: { id: ada.id }, contactPoint: null })
  expect(deliveries).toEqual([
    {
      ...{ dueAt: expect.any(String), state: 'SENT' },
      contactPoint: { id: expect.any(String), kind: 'EMAIL', name: 'Account', masked: 'u•••@example.com' },
      message: {
        ...{ id: message.id, state: 'SENT', possibleDuplicate: false, endedAt: expect.any(String) },
        attempts: [
          {
            ...{ number: 1, outcome: 'SENT', error: null, possibleDuplicate: false },
            ...{ providerId: expect.stringMatching(/^fake-/) },
            ...{ startedAt: expect.any(String), endedAt: expect.any(String) },
          },
        ],
      },
    },
  ])
  const [row] = await server.sql('SELECT row_to_json(n)::text AS text FROM notifications n WHERE id = $1', [id])
  expect(row!.text).not.toContain('secret-token')
})

it('moves with the account', async () => {
  const admin = await server.as('ADMIN')
  await admin.do('mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { message } } }', {
    ...{ id: ada.id, email: 'ada@new.example.com' },
  })
  await tell(server, ada.id)
  expect((await email.next()).address).toBe('ada@new.example.com')
})

it('follows the rules of the person, each after its delay', async () => {
  const { contactPoint, secret } = await createPoint(ada, { kind: 'WEBHOOK', name: 'Bell', address: 'Bell@home' })
  await createRule(ada, { contactPointId: contactPoint.id, urgency: 'HIGH' })
  const [{ id: account }] = (await ada.run('{ me { contactPoints { id } } }')).me.contactPoints
  await createRule(ada, { contactPointId: account, urgency: 'HIGH', delayMinutes: 5 })
  const id = await tell(server, ada.id)
  expect(await webhook.next()).toMatchObject({ address: 'bell@home', secret })
  await until(ada, id, 'SENT', 'PENDING')
  expect(email.untaken).toBe(0)
  await server.pass(5 * MINUTE)
  expect((await email.next()).message.items).toMatchObject([{ notificationId: id }])
  await until(ada, id, 'SENT', 'SENT')
})

it('is withdrawn before its delay has passed, and never sent', async () => {
  const { contactPoint } = await createPoint(ada, { kind: 'WEBHOOK', name: 'Bell', address: 'b@home' })
  await createRule(ada, { contactPointId: contactPoint.id, urgency: 'HIGH', delayMinutes: 0 })
  await createRule(ada, { contactPointId: contactPoint.id, urgency: 'HIGH', delayMinutes: 3 })
  const subject = 'inc_withdrawn'
  const id = await tell(server, ada.id, { subject })
  await webhook.next()
  const other = await tell(server, ada.id, { subject, kind: NotificationKind.TEST })
  await webhook.next()
  await until(ada, id, 'SENT', 'PENDING')
  await takeBack(server, subject)
  await until(ada, id, 'SENT', 'WITHDRAWN')
  await server.pass(3 * MINUTE)
  expect((await webhook.next()).message.items).toMatchObject([{ notificationId: other }]) // another kind
  await settle(server)
  expect(webhook.untaken).toBe(0)
})

it('bundles a storm: the first at once, all the others together, and nothing is hidden', async () => {
  const names = Array.from({ length: 60 }, (_, n) => `Alert ${n}`)
  await tell(server, ada.id, { title: names[0]! })
  expect(titles(await email.next())).toEqual(['Alert 0'])
  for (const title of names.slice(1, 50)) await tell(server, ada.id, { title })
  const ids = await tellAll(
    server,
    names.slice(50).map((title) => [ada.id, { title }]),
  )
  await settle(server)
  expect(email.untaken).toBe(0)
  await server.pass(30_000)
  expect(titles(await email.next()).sort()).toEqual(names.slice(1).sort())
  for (const id of ids) await until(ada, id, 'SENT')
  await server.pass(30_000)
  await settle(server)
  expect(email.untaken).toBe(0)
})

it('puts a hundred at most into a message, what is urgent first', async () => {
  await tellAll(server, [
    ...Array.from({ length: 120 }, () => [ada.id, { urgency: NotificationUrgency.LOW, title: 'low' }] as const),
    [ada.id, { title: 'high' }],
  ] as never)
  const first = titles(await email.next())
  expect([first.length, first[0], first[1]]).toEqual([100, 'high', 'low'])
  await server.pass(30_000)
  expect(titles(await email.next())).toHaveLength(21)
})

it('goes to one contact point where it is meant for that', async () => {
  const manager = await server.as('MANAGER')
  const { contactPoint } = await createPoint(manager, {
    ...{ kind: 'WEBHOOK', name: 'War room', address: 'war@room', userId: null },
  })
  const id = await tell(server, null, { contactPointId: contactPoint.id })
  expect((await webhook.next()).address).toBe('war@room')
  expect(await until(manager, id, 'SENT')).toMatchObject({ user: null, contactPoint: { id: contactPoint.id } })
})
