import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { Webhook } from 'standardwebhooks'
import type { Person } from '../../support/person.js'
import { type TestServer, startTestServer } from '../../support/server.js'
import { createPoint, mutation, refusal, tell, until } from '../story.js'
import { counterpart } from './given.js'

/** From the API to the wire, with the channels that a server has. */

let server: TestServer
let ada: Person
let read: (mail: ParsedMail) => void
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData: (stream, _session, done) =>
    simpleParser(stream, (error, mail) => {
      done(error)
      read(mail)
    }),
})

beforeAll(async () => {
  mailServer.listen(0, '127.0.0.1')
  await once(mailServer.server, 'listening')
  server = await startTestServer({
    SMTP_URL: `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`,
    MAIL_FROM: 'tocsin@example.com',
    OUTGOING_ALLOW: '127.0.0.0/8',
  })
  ada = await server.as('RESPONDER', { name: 'Ada' })
})
afterAll(async () => {
  await server.stop()
  await new Promise<void>((resolve) => mailServer.close(resolve))
})

it('reaches the mailbox of the account', async () => {
  const arrived = new Promise<ParsedMail>((resolve) => (read = resolve))
  const id = await tell(server, ada.id)
  const mail = await arrived
  expect(mail.subject).toBe('#1 P1 Checkout is down')
  expect(mail.to).toMatchObject({ text: `${ada.id}@example.com` })
  const [{ message }] = (await until(ada, id, 'SENT')).deliveries
  expect(mail.messageId).toBe(`<${message.id}@example.com>`)
})

it('reaches a webhook, signed with the secret that its owner was shown', async () => {
  const receiver = await counterpart()
  const { contactPoint, secret } = await createPoint(ada, {
    kind: 'WEBHOOK',
    name: 'Robot',
    address: `${receiver.url}/hook`,
  })
  expect(contactPoint.masked).toBe(`${receiver.url}/•••`)

  await ada.do(mutation('contactPointTest', 'notification { id }'), { id: contactPoint.id })
  const { body, headers } = await receiver.first
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
    data: { items: [{ kind: 'TEST', title: 'Test from Tocsin' }] },
  })
  await receiver.stop()
})

it.each([
  ['WEBHOOK', 'https://169.254.169.254/latest/meta-data'],
  ['WEBHOOK', 'https://user:pw@hooks.example.com/'],
  ['WEBHOOK', 'http://10.0.0.1/'],
  ['WEBHOOK', 'not a URL'],
  ['TEAMS', 'https://[::1]/workflows'],
  ['EMAIL', 'ada@example.com, eve@example.com'],
  ['SMS', '+4930123456'], // for which this server is not set up
])('takes no %s %s, and names the field', async (kind, address) =>
  expect(await refusal(ada, 'contactPointCreate', { kind, name: 'Wrong', address })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: kind === 'SMS' ? 'kind' : 'address',
  }),
)
