import { Webhook } from 'standardwebhooks'
import { newSecret } from '../../../src/notifications/contact-point.js'
import { type Counterpart, answering, channel, counterpart, failure, message, nobody, storm } from './given.js'

const webhook = channel('WEBHOOK')
const secret = newSecret()
let receiver: Counterpart

beforeEach(async () => (receiver = await counterpart()))
afterEach(() => receiver.stop())

const verified = () => {
  const { body, headers } = receiver.heard[0]!
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of our own making, looked at below
  return new Webhook(secret).verify(body, headers as Record<string, string>) as any
}

it('sends JSON that a receiver can verify, with the id of the message', async () => {
  await webhook.send(message(), `${receiver.url}/hook?from=tocsin`, secret)

  const { path, headers } = receiver.heard[0]!
  expect(path).toBe('/hook?from=tocsin')
  expect(headers).toMatchObject({ 'webhook-id': message().id, 'content-type': 'application/json' })
  expect(verified()).toEqual({
    type: 'notifications',
    timestamp: expect.any(String),
    data: {
      possibleDuplicate: false,
      items: [
        {
          id: 'ntf_01kb0000000000000000000001',
          kind: 'PAGE',
          urgency: 'HIGH',
          subject: 'inc_01kb0000000000000000000142',
          title: '#142 P1 Checkout returns 500',
          body: 'Every **second** request fails.',
          facts: [{ name: 'Service', value: 'checkout' }],
          url: 'https://tocsin.example.com/incidents/142',
          actions: [{ label: 'Acknowledge', url: 'https://tocsin.example.com/do/signed-acknowledge' }],
          createdAt: '2026-11-23T03:00:00.000Z',
        },
      ],
    },
  })
})

it('repeats with the same id, and says that it may be a repeat', async () => {
  await webhook.send({ ...message(), possibleDuplicate: true }, receiver.url, secret)
  expect(receiver.heard[0]!.headers['webhook-id']).toBe(message().id)
  expect(verified().data.possibleDuplicate).toBe(true)
})

it('has all sixty items of a storm in one request', async () => {
  await webhook.send(storm(), receiver.url, secret)
  expect(receiver.heard).toHaveLength(1)
  expect(verified().data.items.map((item: { title: string }) => item.title)).toEqual(
    storm().items.map(({ title }) => title),
  )
})

it.each([
  [410, {}, { permanent: true, retryAfter: null, uncertain: false }],
  [302, { location: 'http://169.254.169.254/' }, { permanent: true, retryAfter: null, uncertain: false }],
  [404, {}, { permanent: false, retryAfter: null, uncertain: false }],
  [429, { 'retry-after': '30' }, { permanent: false, retryAfter: 30_000, uncertain: false }],
  [503, { 'retry-after': '86400' }, { permanent: false, retryAfter: 86_400_000, uncertain: false }],
  [500, { 'retry-after': 'soon' }, { permanent: false, retryAfter: null, uncertain: false }],
  [504, {}, { permanent: false, retryAfter: null, uncertain: true }],
])('answered %i, knows whether to try again', async (status, headers, expected) => {
  receiver.answer = answering(status, 'no', headers as Record<string, string>)
  expect(await failure(webhook.send(message(), receiver.url, secret))).toMatchObject(expected)
  expect(receiver.heard).toHaveLength(1)
})

it('knows that nothing arrived where nobody listens', async () => {
  const sending = webhook.send(message(), `http://127.0.0.1:${await nobody()}/`, secret)
  expect(await failure(sending)).toMatchObject({ message: 'ECONNREFUSED', permanent: false, uncertain: false })
})

it('does not know what became of a request that was never answered', async () => {
  receiver.answer = (request) => request.socket.destroy()
  const sending = webhook.send(message(), receiver.url, secret)
  expect(await failure(sending)).toMatchObject({ permanent: false, uncertain: true })
})

it('sends nothing unsigned', async () => {
  expect(await failure(webhook.send(message(), receiver.url, null))).toMatchObject({ permanent: true })
  expect(receiver.heard).toHaveLength(0)
})

it('shows no more of an address than its host', () => {
  expect(webhook.masked('https://hooks.example.com/T0/secret?key=1')).toBe('https://hooks.example.com/•••')
})
