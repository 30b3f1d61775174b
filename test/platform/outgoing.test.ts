import { once } from 'node:events'
import { type RequestListener, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { UserError } from '../../src/platform/errors.js'
import {
  OutgoingFailure,
  type OutgoingRules,
  checkUrl,
  network,
  post,
  refusedAddress,
} from '../../src/platform/outgoing.js'

const allowed = [network('127.0.0.0/8')!, network('fd12::/16')!]
const nothing: OutgoingRules = { allowed: [] }

describe('an address', () => {
  it.each([
    ['93.184.216.34', null],
    ['2606:2800:220:1:248:1893:25c8:1946', null],
    ['::ffff:93.184.216.34', null],
    ['64:ff9b::5db8:d822', null], // 93.184.216.34 through NAT64
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::a9fe:a9fe', 'linkLocal'],
    ['64:ff9b:1::1', 'rfc6052'],
    ['::7f00:1', 'public'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['::ffff:192.168.1.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['::ffff:169.254.169.254', 'linkLocal'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.100.100.200', 'carrierGradeNat'],
    ['fd00:ec2::254', 'uniqueLocal'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['2002:7f00:1::', '6to4'],
    ['2002:a9fe:a9fe::1', '6to4'],
    ['2001:0:7f00:1::', 'teredo'],
    ['::ffff:0:7f00:1', 'rfc6145'],
    ['100::1', 'discard'],
    ['4000::1', 'public'],
    ['example.com', 'not an IP address'],
  ])('%s: %s', (ip, reason) => {
    const refused = refusedAddress(ip, [])
    if (reason === null) expect(refused).toBeNull()
    else expect(refused).toContain(reason)
  })

  it.each([
    ['127.0.0.1', true],
    ['::ffff:127.0.0.1', true],
    ['fd12:1::1', true],
    ['10.0.0.1', false],
    ['fd13::1', false],
    ['::1', false],
  ])('%s is allowed by configuration: %s', (ip, is) => expect(refusedAddress(ip, allowed) === null).toBe(is))
})

describe('a URL', () => {
  it.each([
    ['https://hooks.example.com/a?b=c', 'https://hooks.example.com/a?b=c'],
    [' HTTPS://Hooks.Example.com:8443/a#fragment ', 'https://hooks.example.com:8443/a'],
    ['https://93.184.216.34/', 'https://93.184.216.34/'],
  ])('%s is taken', (url, taken) => expect(checkUrl('url', url, nothing)).toBe(taken))

  it.each([
    ['http://127.0.0.1:8080/hook', 'http://127.0.0.1:8080/hook'],
    ['http://hooks.internal/', 'http://hooks.internal/'],
  ])('%s is taken where its network is allowed', (url, taken) => expect(checkUrl('url', url, { allowed })).toBe(taken))

  it.each([
    ['https://169.254.169.254/latest/meta-data', 'Must lead to a public address'],
    ['https://localhost/', 'Must lead to a public address'],
    ['https://api.localhost./', 'Must lead to a public address'],
    ['https://2130706433/', 'Must lead to a public address'],
    ['https://0x7f.1/', 'Must lead to a public address'],
    ['https://017700000001/', 'Must lead to a public address'],
    ['https://①②⑦.0.0.1/', 'Must lead to a public address'],
    ['https://127.0.0.1./', 'Must lead to a public address'],
    ['https://[::1]/', 'Must lead to a public address'],
    ['https://[::ffff:a9fe:a9fe]/', 'Must lead to a public address'],
    ['http://hooks.example.com/', 'Must begin with https://'],
    ['http://93.184.216.34/', 'Must begin with https://'],
    ['https://user:pw@hooks.example.com/', 'Must not hold a user name or password'],
    ['https://user@hooks.example.com/', 'Must not hold a user name or password'],
    ['https://hooks.example.com:0/', 'Must not have the port 0'],
    ['https://hooks.example.com:65536/', 'Must be a URL'],
    ['file:///etc/passwd', 'Must be a URL'],
    ['gopher://hooks.example.com/', 'Must be a URL'],
    ['hooks.example.com', 'Must be a URL'],
    ['', 'Must be a URL'],
    [`https://hooks.example.com/${'a'.repeat(2_048)}`, 'Must have at most 2048 characters'],
  ])('%s is refused, naming the field', (url, message) => {
    const check = () => checkUrl('destination.url', url, nothing)
    expect(check).toThrow(UserError)
    expect(check).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        field: 'destination.url',
        message: expect.stringContaining(message),
      }),
    )
  })
})

describe('a request', () => {
  const requests: { url: string; host: string; body: string }[] = []
  let answer: RequestListener
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      requests.push({ url: request.url!, host: request.headers.host!, body })
      answer(request, response)
    })
  })
  let port: number

  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  beforeEach(() => {
    requests.length = 0
    answer = (_, response) => response.end('fine')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const send = (url: string, rules: OutgoingRules) => post(url, { headers: {}, body: 'hello' }, rules)
  const failed = (url: string, rules: OutgoingRules) =>
    send(url, rules).then(
      () => 'sent',
      (error: unknown) => {
        expect(error).toBeInstanceOf(OutgoingFailure)
        return error as OutgoingFailure
      },
    )
  const resolving = (...answers: string[][]) => {
    const asked: string[] = []
    const resolve = async (host: string) => {
      asked.push(host)
      const addresses = answers[Math.min(asked.length, answers.length) - 1]!
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    }
    return { asked, resolve }
  }

  it('goes to the address that was checked, whatever the name means a moment later', async () => {
    const { asked, resolve } = resolving(['127.0.0.1'], ['169.254.169.254'])
    const { status, body } = await send(`http://rebinding.example:${port}/hook`, { allowed, resolve })
    expect({ status, body }).toEqual({ status: 200, body: 'fine' })
    expect(asked).toEqual(['rebinding.example'])
    expect(requests).toEqual([{ url: '/hook', host: `rebinding.example:${port}`, body: 'hello' }])
  })

  it('is not sent when one of the addresses is private', async () => {
    const { resolve } = resolving(['93.184.216.34', '10.0.0.7'])
    expect(await failed('https://inside.example/', { allowed, resolve })).toMatchObject({
      message: 'inside.example leads to 10.0.0.7, which is not a public address (private)',
      refused: true,
      sent: false,
    })
  })

  it('is not sent in the clear to an address that is merely public', async () => {
    const { resolve } = resolving(['93.184.216.34'])
    expect(await failed('http://outside.example/', { allowed, resolve })).toMatchObject({ refused: true })
  })

  it('is not sent to what was taken before the rules changed', async () => {
    expect(await failed(`http://127.0.0.1:${port}/`, nothing)).toMatchObject({ refused: true })
    expect(requests).toHaveLength(0)
  })

  it('asks for the name, and speaks to nobody who cannot show a certificate for it', async () => {
    const asked: string[] = []
    const certified = new SMTPServer({ logger: false }).secureContext.get('*')!
    const stranger = createSecureServer(
      {
        SNICallback: (name, answer) => {
          asked.push(name)
          answer(null, certified)
        },
      },
      (_, response) => response.end('mine'),
    ).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { resolve } = resolving(['127.0.0.1'])
    const url = `https://hooks.example:${(stranger.address() as AddressInfo).port}/`
    expect(await failed(url, { allowed, resolve })).toMatchObject({
      message: expect.stringContaining('CERT'),
      refused: false,
      sent: false,
    })
    expect(asked).toEqual(['hooks.example'])
    stranger.close()
  })

  it('follows no redirect', async () => {
    answer = (_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/second` }).end()
    expect((await send(`http://127.0.0.1:${port}/first`, { allowed })).status).toBe(307)
    expect(requests.map(({ url }) => url)).toEqual(['/first'])
  })

  it('reads no more than 64 KiB of an answer', async () => {
    answer = (_, response) => {
      const more = () => !response.destroyed && response.write('x'.repeat(10_000), more)
      more()
    }
    const { status, body } = await send(`http://127.0.0.1:${port}/`, { allowed })
    expect({ status, length: body.length }).toEqual({ status: 200, length: 65_536 })
  })

  it('waits for an answer no longer than its time, and does not know what became of it', async () => {
    answer = () => undefined
    const failure = await failed(`http://127.0.0.1:${port}/`, { allowed, time: 100 })
    expect(failure).toMatchObject({ message: 'no answer in time', refused: false, sent: true })
  })

  it('takes the status of an answer that does not end', async () => {
    answer = (_, response) => response.writeHead(201).write('so far')
    const { status, body } = await send(`http://127.0.0.1:${port}/`, { allowed, time: 200 })
    expect({ status, body }).toEqual({ status: 201, body: 'so far' })
  })

  it('waits for a name no longer than its time', async () => {
    const resolve = () => new Promise<never>(() => undefined)
    expect(await failed('https://slow.example/', { allowed, resolve, time: 50 })).toMatchObject({ sent: false })
  })

  it('says that a name is not known', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
    expect(await failed('https://nowhere.example/', { allowed, resolve })).toMatchObject({
      message: 'nowhere.example is not found (ENOTFOUND)',
      refused: false,
      sent: false,
    })
  })
})
