import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Channel } from '../../../src/notifications/channels/channel.js'
import { channel, failure, message, nobody, storm } from './given.js'

interface Delivered extends ParsedMail {
  readonly to: NonNullable<ParsedMail['to']>
  readonly user: string | undefined
  readonly secure: boolean
}

let delivered: Delivered[]
let sockets: Socket[]
let stop: (() => Promise<void>)[]

beforeEach(() => {
  delivered = []
  sockets = []
  stop = []
})
afterEach(async () => {
  for (const each of stop.reverse()) await each()
})

/** A mail server that reads its mail, and a channel to it. */
async function post(options: SMTPServerOptions = {}, url = (port: number) => `smtp://127.0.0.1:${port}`) {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData: (stream, { user, secure }, done) => {
      simpleParser(stream, (error, mail) => {
        delivered.push({ ...mail, user, secure } as Delivered)
        done(error)
      })
    },
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  server.server.on('connection', (socket: Socket) => sockets.push(socket))
  stop.push(() => new Promise((resolve) => server.close(resolve)))
  return channelTo(url((server.server.address() as AddressInfo).port))
}

function channelTo(url: string): Channel {
  const email = channel('EMAIL', { mail: { url, from: 'Tocsin <tocsin@example.com>' } })
  stop.push(async () => email.close!())
  return email
}

it('sends text and HTML that say the same, with buttons as links', async () => {
  const email = await post()
  const { providerId } = await email.send(message(), 'ada@example.org', null)

  expect(providerId).toMatch(/^250 /)
  const [mail] = delivered
  expect(mail!.from!.text).toBe('"Tocsin" <tocsin@example.com>')
  expect(mail!.to).toMatchObject({ text: 'ada@example.org' })
  expect(mail!.subject).toBe('#142 P1 Checkout returns 500')
  expect(mail!.text).toBe(
    [
      '#142 P1 Checkout returns 500',
      'Every **second** request fails.',
      'Service: checkout',
      'Acknowledge: https://tocsin.example.com/do/signed-acknowledge\nOpen: https://tocsin.example.com/incidents/142',
    ].join('\n\n'),
  )
  expect(mail!.html).toContain('<th align="left" style="padding-right:1em">Service</th><td>checkout</td>')
  expect(mail!.html).toMatch(/<a href="https:\/\/tocsin.example.com\/do\/signed-acknowledge" [^>]*>Acknowledge<\/a>/)
  expect(mail!.headers.get('auto-submitted')).toBe('auto-generated')
  expect(mail!.headers.get('priority')).toBe('high')
})

it('has the same Message-ID for every attempt, and says that it may be a repeat', async () => {
  const email = await post()
  await email.send(message(), 'ada@example.org', null)
  await email.send({ ...message(), possibleDuplicate: true }, 'ada@example.org', null)

  expect(delivered.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${message().id}@example.com>`))
  expect(delivered[0]!.text).not.toContain('may be a repeat')
  expect(delivered[1]!.text).toMatch(/^This may be a repeat/)
  expect(delivered[1]!.html).toContain('This may be a repeat')
})

it('keeps what is told of one subject in one thread', async () => {
  const email = await post()
  await email.send(message(), 'ada@example.org', null)
  await email.send(message({}, { title: 'Still failing' }), 'ada@example.org', null)
  await email.send(message({}, { subject: 'inc_2' }), 'ada@example.org', null)

  const thread = '<inc_01kb0000000000000000000142@example.com>'
  expect(delivered.map(({ references }) => references)).toEqual([thread, thread, undefined])
  expect(delivered.map(({ inReplyTo }) => inReplyTo)).toEqual([thread, thread, undefined])
})

it('has all sixty items of a storm in one e-mail', async () => {
  const email = await post()
  await email.send(storm(), 'ada@example.org', null)
  expect(delivered).toHaveLength(1)
  expect(delivered[0]!.subject).toBe('60 at once: #1 Disk 1 of the warehouse is full')
  for (const { title } of storm().items) {
    expect(delivered[0]!.text).toContain(title)
    expect(delivered[0]!.html).toContain(`>${title}</h2>`)
  }
})

it('shows what people and alerts wrote as text', async () => {
  const email = await post()
  const script = `<script>alert("1")</script><img src=x onerror='y'>&amp;`
  await email.send(
    message({
      title: `Disk full\r\nBcc: eve@example.org\n\n${script}`,
      body: `${script}\u0000\n${'long '.repeat(4_000)}`,
      facts: [{ name: '</td>', value: script }],
      url: 'javascript:alert(1)',
      actions: [{ label: script, token: '', url: 'https://tocsin.example.com/"onclick="x' }],
    }),
    'ada@example.org',
    null,
  )
  const [mail] = delivered
  expect(mail!.subject).toBe(`Disk full Bcc: eve@example.org ${script}`)
  expect(mail!.bcc).toBeUndefined()
  const tags = [...(mail!.html as string).matchAll(/<\/?([a-z0-9!]+)/gi)].map(([, tag]) => tag)
  expect(new Set(tags)).toEqual(new Set(['!doctype', 'html', 'body', 'h2', 'div', 'table', 'tr', 'th', 'td', 'p', 'a']))
  expect(mail!.html).not.toContain('javascript:')
  expect(mail!.html).not.toContain('"onclick')
  expect(mail!.text).toContain(script)
})

describe('with a password', () => {
  const known: SMTPServerOptions = {
    authOptional: false,
    disabledCommands: [],
    onAuth: ({ username, password }, _session, done) =>
      done(password === 's3cret/@' ? null : new Error('Invalid login'), { user: username }),
  }
  const withPassword = (password: string, query: string) => (port: number) =>
    `smtp://tocsin:${encodeURIComponent(password)}@127.0.0.1:${port}${query}`
  const trusting = '?tls.rejectUnauthorized=false'

  it('signs in over STARTTLS', async () => {
    const email = await post(known, withPassword('s3cret/@', trusting))
    await email.send(message(), 'ada@example.org', null)
    expect(delivered[0]).toMatchObject({ user: 'tocsin', secure: true })
  })

  it('knows that a wrong password does not get better, and does not tell it', async () => {
    const email = await post(known, withPassword('wrong', trusting))
    const { message: told, ...rest } = await failure(email.send(message(), 'ada@example.org', null))
    expect(rest).toMatchObject({ permanent: true, uncertain: false })
    expect(told).toContain('Invalid login')
    expect(told).not.toContain('wrong')
  })

  it('does not show it to a server that nobody vouches for', async () => {
    const email = await post(known, withPassword('s3cret/@', ''))
    expect((await failure(email.send(message(), 'ada@example.org', null))).message).toContain('certificate')
    expect(delivered).toHaveLength(0)
  })

  it('does not send it in the clear', async () => {
    const email = await post({ ...known, disabledCommands: ['STARTTLS'] }, withPassword('s3cret/@', trusting))
    expect(await failure(email.send(message(), 'ada@example.org', null))).toMatchObject({ uncertain: false })
    expect(delivered).toHaveLength(0)
  })
})

describe('what does not get through', () => {
  const refusing = (responseCode: number) => Object.assign(new Error('no such mailbox'), { responseCode })

  it.each([
    [550, true],
    [450, false],
  ])('refused with %i, is final: %s', async (code, permanent) => {
    const email = await post({ onRcptTo: (_address, _session, done) => done(refusing(code)) })
    const refused = await failure(email.send(message(), 'nobody@example.org', null))
    expect(refused).toMatchObject({ permanent, uncertain: false })
    expect(refused.message).toContain('no such mailbox')
  })

  it('has not arrived where nobody listens', async () => {
    const email = channelTo(`smtp://127.0.0.1:${await nobody()}`)
    expect(await failure(email.send(message(), 'ada@example.org', null))).toMatchObject({
      permanent: false,
      uncertain: false,
    })
  })

  it('has not arrived where somebody listens and says nothing', async () => {
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    stop.push(async () => {
      sockets.forEach((socket) => socket.destroy())
      silent.close()
    })
    const email = channelTo(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}?greetingTimeout=100`)
    expect(await failure(email.send(message(), 'ada@example.org', null))).toMatchObject({
      permanent: false,
      uncertain: false,
    })
  })

  it('may have arrived when the server took it and said nothing', async () => {
    const email = await post(
      { onData: (stream) => void stream.resume() },
      (port) => `smtp://127.0.0.1:${port}?socketTimeout=100`,
    )
    expect(await failure(email.send(message(), 'ada@example.org', null))).toMatchObject({
      permanent: false,
      uncertain: true,
    })
  })

  it('may have arrived when the server went away without a word', async () => {
    const email = await post({
      onData: (stream) => {
        stream.on('end', () => sockets.forEach((socket) => socket.destroy()))
        stream.resume()
      },
    })
    expect(await failure(email.send(message(), 'ada@example.org', null))).toMatchObject({
      permanent: false,
      uncertain: true,
    })
  })
})

describe('an address', () => {
  const email = channel('EMAIL', { mail: { url: 'smtp://mail.example.com', from: 'tocsin@example.com' } })

  it('has its domain in small letters', () =>
    expect(email.address('address', ' Ada.Lovelace@Example.ORG ')).toBe('Ada.Lovelace@example.org'))

  it.each(['ada', 'ada@', 'a@b, c@d', 'eve,ada@example.org', 'Ada <ada@example.org>', 'ada@example.org\nBcc: x@y', ''])(
    'is not %j',
    (address) =>
      expect(() => email.address('contactPoint.address', address)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'contactPoint.address' }),
      ),
  )

  it('is shown by its first letter and its domain', () =>
    expect(email.masked('ada@example.org')).toBe('a•••@example.org'))
})

it('is there only when it is configured', () => expect(channel('EMAIL')).toBeUndefined())
