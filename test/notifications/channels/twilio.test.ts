import { type Counterpart, answering, channel, counterpart, failure, message, nobody, storm } from './given.js'

/** Text messages and calls, as they arrive at Twilio. */

let server: Counterpart

beforeEach(
  async () => (server = await counterpart(answering(201, JSON.stringify({ sid: 'SM0123', status: 'queued' })))),
)
afterEach(() => server.stop())

const open = (kind: 'SMS' | 'VOICE', changes = {}) =>
  channel(kind, {
    twilio: { accountSid: 'AC0123', authToken: 'auth-token', from: '+15005550006', apiUrl: server.url, ...changes },
  })
const form = () => Object.fromEntries(new URLSearchParams(server.heard.at(-1)!.body))

describe('a text message', () => {
  it('is short, and has one link', async () => {
    const sent = await open('SMS').send(message(), '+4930123456', null)

    expect(sent).toEqual({ providerId: 'SM0123' })
    expect(server.heard[0]).toMatchObject({
      path: '/2010-04-01/Accounts/AC0123/Messages.json',
      headers: {
        authorization: `Basic ${Buffer.from('AC0123:auth-token').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'i-twilio-idempotency-token': message().id,
      },
    })
    expect(form()).toEqual({
      From: '+15005550006',
      To: '+4930123456',
      Body: [
        '#142 P1 Checkout returns 500',
        'Every second request fails.',
        'Acknowledge: https://tocsin.example.com/do/signed-acknowledge',
      ].join('\n'),
    })
  })

  it('of sixty items says how many there are, and leads to the first', async () => {
    await open('SMS').send(storm(), '+4930123456', null)
    expect(form().Body).toBe(
      '60 at once: #1 Disk 1 of the warehouse is full\nOpen: https://tocsin.example.com/incidents/142',
    )
  })

  it('stays short, whatever was written', async () => {
    const links = { url: null, actions: [] }
    await open('SMS').send(
      message({ title: 't'.repeat(300), body: `# ${'b'.repeat(20_000)}`, ...links }),
      '+4930123456',
      null,
    )
    expect(form().Body!.length).toBeLessThanOrEqual(321)
  })

  it('says that it may be a repeat', async () => {
    await open('SMS').send({ ...message(), possibleDuplicate: true }, '+4930123456', null)
    expect(form().Body).toContain('(may be a repeat)')
  })
})

describe('a call', () => {
  it('says twice what it is about', async () => {
    await open('VOICE').send(message(), '+4930123456', null)
    expect(server.heard[0]!.path).toBe('/2010-04-01/Accounts/AC0123/Calls.json')
    expect(form()).toEqual({
      From: '+15005550006',
      To: '+4930123456',
      Twiml:
        '<Response><Pause length="1"/><Say loop="2">This is Tocsin. #142 P1 Checkout returns 500. Every second request fails.</Say></Response>',
    })
  })

  it('is not told what to do by what people and alerts wrote, nor for long', async () => {
    const hostile = `</Say><Dial>+1900</Dial>&'"\u0000\ufffe`
    await open('VOICE').send(message({ title: hostile, body: hostile.repeat(1_000) }), '+4930123456', null)
    const { Twiml } = form()
    expect(Twiml!.match(/<[^>]*>/g)).toEqual([
      '<Response>',
      '<Pause length="1"/>',
      '<Say loop="2">',
      '</Say>',
      '</Response>',
    ])
    expect(Twiml).toContain('&lt;Dial&gt;')
    expect(Twiml).not.toMatch(/[\u0000\ufffe]/)
    expect(Twiml!.length).toBeLessThanOrEqual(4_000)
  })

  it('says that it may be a repeat, and how many there are', async () => {
    await open('VOICE').send({ ...storm(), possibleDuplicate: true }, '+4930123456', null)
    expect(form().Twiml).toContain(
      '>This is Tocsin. You may have heard this before. 60 at once: #1 Disk 1 of the warehouse is full.<',
    )
  })
})

describe('what does not get through', () => {
  it.each([
    [400, 21211, true],
    [400, 21610, true],
    [401, 20003, true],
    [429, 20429, false],
    [500, 20500, false],
  ])('%i with code %i is final: %s', async (status, code, permanent) => {
    server.answer = answering(status, JSON.stringify({ code, message: 'The number is\nnot valid', status }))
    const refused = await failure(open('SMS').send(message(), '+4930123456', null))
    expect(refused).toMatchObject({
      message: `answered ${status}: ${code} The number is not valid`,
      permanent,
      uncertain: false,
    })
  })

  it('is understood though the answer is no JSON', async () => {
    server.answer = answering(503, '<html>', { 'retry-after': '7' })
    const refused = await failure(open('VOICE').send(message(), '+4930123456', null))
    expect(refused).toMatchObject({ message: 'answered 503', permanent: false, retryAfter: 7_000 })
  })

  it('has arrived though the answer is no JSON', async () => {
    server.answer = answering(201, 'null')
    expect(await open('SMS').send(message(), '+4930123456', null)).toEqual({ providerId: null })
  })

  it('has not arrived where nobody listens', async () => {
    const apiUrl = `http://127.0.0.1:${await nobody()}`
    const refused = await failure(open('SMS', { apiUrl }).send(message(), '+4930123456', null))
    expect(refused).toMatchObject({ permanent: false, uncertain: false })
  })
})

describe('a number', () => {
  it.each([
    ['+49 (30) 123-456', '+4930123456'],
    ['+1.500.555.0006', '+15005550006'],
  ])('%s', (value, number) => expect(open('SMS').address('address', value)).toBe(number))

  it.each(['', '030 123456', '0049 30 123456', '+0123456789', '+49', '+49123456789012345', '+49 30 12x456'])(
    'is not %j',
    (value) =>
      expect(() => open('VOICE').address('address', value)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'address' }),
      ),
  )

  it('is not shown whole', () => expect(open('SMS').masked('+4930123456')).toBe('+49•••56'))
})
