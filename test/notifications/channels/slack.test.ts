import type { RequestListener } from 'node:http'
import { type Counterpart, answering, channel, counterpart, failure, message, nobody, storm } from './given.js'

let slack: Counterpart

const posted: RequestListener = (_, response) =>
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ ok: true, channel: 'C0123456789', ts: '1764.0001' }))
const refusing = (error: string) =>
  answering(200, JSON.stringify({ ok: false, error }), { 'content-type': 'application/json' })

beforeEach(async () => (slack = await counterpart(posted)))
afterEach(() => slack.stop())

const account = () => ({
  botToken: 'xoxb-secret',
  signingSecret: 'signing-secret-of-the-app',
  apiUrl: `${slack.url}/api`,
})
const open = (changes = {}) => channel('SLACK', { slack: { ...account(), ...changes } })

/** What Slack understood. Arguments that are not plain text come as JSON in a form. */
function understood(call = slack.heard.at(-1)!) {
  const form = new URLSearchParams(call.body)
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- blocks of any kind
  const blocks = JSON.parse(form.get('blocks') ?? '[]') as any[]
  return { form, blocks, all: JSON.stringify(blocks) }
}

it('posts blocks with facts and buttons that come back with their token', async () => {
  const sent = await open().send(message(), 'C0123456789', null)

  expect(sent).toEqual({ providerId: 'C0123456789:1764.0001' })
  expect(slack.heard[0]).toMatchObject({
    path: '/api/chat.postMessage',
    headers: { authorization: 'Bearer xoxb-secret' },
  })
  const { form, blocks } = understood()
  expect(Object.fromEntries(form)).toMatchObject({
    channel: 'C0123456789',
    text: '#142 P1 Checkout returns 500',
    metadata: JSON.stringify({ event_type: 'tocsin_message', event_payload: { id: message().id } }),
    unfurl_links: 'false',
  })
  expect(blocks).toEqual([
    { type: 'header', text: { type: 'plain_text', text: '#142 P1 Checkout returns 500' } },
    { type: 'section', text: { type: 'mrkdwn', text: 'Every *second* request fails.' } },
    { type: 'section', fields: [{ type: 'mrkdwn', text: '*Service*\ncheckout' }] },
    { type: 'section', text: { type: 'mrkdwn', text: '<https://tocsin.example.com/incidents/142|Open>' } },
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'tocsin-0-0',
          text: { type: 'plain_text', text: 'Acknowledge' },
          value: 'signed-acknowledge',
        },
      ],
    },
  ])
})

it('has links in the place of buttons where presses could not be verified', async () => {
  await open({ signingSecret: null }).send(message(), 'C0123456789', null)
  const { blocks } = understood()
  expect(blocks.at(-1).text.text).toBe(
    '<https://tocsin.example.com/do/signed-acknowledge|Acknowledge> · <https://tocsin.example.com/incidents/142|Open>',
  )
})

it('has the same client_msg_id for every attempt, and says that it may be a repeat', async () => {
  const channel = open()
  await channel.send(message(), 'C0123456789', null)
  await channel.send({ ...message(), possibleDuplicate: true }, 'C0123456789', null)
  await channel.send({ ...message(), id: 'msg_01kb0000000000000000000008' }, 'C0123456789', null)
  const [first, second, other] = slack.heard.map((call) => understood(call).form.get('client_msg_id'))
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(second).toBe(first)
  expect(other).not.toBe(first)
  expect(understood(slack.heard[1]).all).toContain('This may be a repeat')
})

it('has all sixty items of a storm in one message that Slack takes', async () => {
  await open().send(storm(), 'C0123456789', null)
  const { blocks, all } = understood()
  for (const { title } of storm().items) expect(all).toContain(title)
  expectTaken(blocks)
})

it('has a hundred long titles in one message that Slack takes', async () => {
  const titles = Array.from({ length: 100 }, (_, index) => ({
    title: `${index}: ${'<&>'.repeat(98)}`,
    body: '&'.repeat(20_000),
  }))
  await open().send(message(...titles), 'C0123456789', null)
  const { blocks, all } = understood()
  for (let index = 0; index < 100; index++) expect(all).toContain(`${index}: &lt;`)
  expectTaken(blocks)
})

/** The limits that Slack documents, and the one of the whole that it does not. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function expectTaken(blocks: any[]) {
  expect(blocks.length).toBeLessThanOrEqual(50)
  expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(11_000)
  for (const { type, text, fields = [], elements = [] } of blocks) {
    if (text) expect(text.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3_000)
    for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2_000)
    for (const element of elements) expect(element.text.text.length).toBeLessThanOrEqual(75)
  }
}

it('mentions nobody, whatever people and alerts wrote', async () => {
  const hostile = '<!channel> <@U0123456789> <!subteam^S1|ops> @here *bold* `code` & <https://evil.example|Open>'
  await open().send(
    message(
      {
        title: `${hostile}\n<!here>`,
        body: `${hostile}\n[<!everyone>](https://ok.example/a|b) [x](javascript:alert(1))`,
        facts: [{ name: hostile, value: hostile }],
        url: 'https://tocsin.example.com/|<!channel>',
        actions: [{ label: hostile, token: 'token', url: 'javascript:alert(1)' }],
      },
      {},
    ),
    'C0123456789',
    null,
  )
  const { form, all } = understood()
  const meant = [...`${form.get('text')} ${all}`.matchAll(/<[^>]*>/g)].map(([mark]) => mark)
  expect(meant).toEqual([
    '<https://ok.example/a%7Cb|&lt;!everyone&gt;>',
    '<https://tocsin.example.com/%7C%3C!channel%3E|Open>',
    '<https://tocsin.example.com/incidents/142|Open>',
  ])
})

it('rather posts plain text than nothing when Slack does not like the blocks', async () => {
  slack.answer = (request, response) =>
    (slack.heard.length === 1 ? refusing('msg_blocks_too_long') : posted)(request, response)
  await open().send(storm(), 'C0123456789', null)
  const { form } = understood()
  expect(form.has('blocks')).toBe(false)
  expect(form.get('text')!.length).toBeLessThanOrEqual(3_500)
  for (const { title } of storm().items) expect(form.get('text')).toContain(title.slice(0, 20))
})

describe('what does not get through', () => {
  it.each([
    ['channel_not_found', { permanent: true, uncertain: false }],
    ['invalid_auth', { permanent: true, uncertain: false }],
    ['is_archived', { permanent: true, uncertain: false }],
    ['service_unavailable', { permanent: false, uncertain: false }],
    ['internal_error', { permanent: false, uncertain: true }],
    ['fatal_error', { permanent: false, uncertain: true }],
  ])('%s', async (error, expected) => {
    slack.answer = refusing(error)
    const refused = await failure(open().send(message(), 'C0123456789', null))
    expect(refused).toMatchObject({ message: `Slack answered ${error}`, ...expected })
    expect(slack.heard).toHaveLength(1)
  })

  it('waits as long as Slack asks to', async () => {
    slack.answer = answering(429, '', { 'retry-after': '30' })
    const refused = await failure(open().send(message(), 'C0123456789', null))
    expect(refused).toMatchObject({ permanent: false, retryAfter: 30_000, uncertain: false })
    expect(slack.heard).toHaveLength(1)
  })

  it('a server error', async () => {
    slack.answer = answering(503)
    const refused = await failure(open().send(message(), 'C0123456789', null))
    expect(refused).toMatchObject({ message: 'Slack answered 503', permanent: false, uncertain: true })
    expect(slack.heard).toHaveLength(1)
  })

  it('an answer that was lost', async () => {
    slack.answer = (request) => request.socket.destroy()
    const refused = await failure(open().send(message(), 'C0123456789', null))
    expect(refused).toMatchObject({ permanent: false, uncertain: true })
    expect(slack.heard).toHaveLength(1)
  })

  it('a redirect, which is not followed', async () => {
    const elsewhere = await counterpart(posted)
    slack.answer = answering(307, '', { location: elsewhere.url })
    await failure(open().send(message(), 'C0123456789', null))
    expect(elsewhere.heard).toHaveLength(0)
    await elsewhere.stop()
  })

  it('nothing where nobody listens', async () => {
    const apiUrl = `http://127.0.0.1:${await nobody()}/api`
    const refused = await failure(open({ apiUrl }).send(message(), 'C0123456789', null))
    expect(refused).toMatchObject({ permanent: false, uncertain: false })
  })
})

describe('an address', () => {
  it.each([
    ['C0123456789', 'C0123456789'],
    [' U0123456789 ', 'U0123456789'],
    ['#Ops-Übergabe', '#ops-übergabe'],
  ])('%s', (value, address) => expect(open().address('address', value)).toBe(address))

  it.each(['', 'ops', '@ada', '#', '#two words', '<!channel>', 'c0123456789'])('is not %j', (value) =>
    expect(() => open().address('address', value)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'address' }),
    ),
  )
})
