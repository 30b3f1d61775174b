import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { type Counterpart, type Heard, counterpart } from '../notifications/channels/given.js'
import { createPoint, createRule } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import { startTestServer } from '../support/server.js'
import { type Stage, act, declare, look, route, step } from './story.js'

/** Answering from where one is called: the link in an e-mail, the button in Slack. Counterparts on this machine stand for both. */

const SIGNING_SECRET = 'signing-secret-of-the-app'
let stage: Pick<Stage, 'server' | 'manager'>
let slack: Counterpart
let ada: Person
let bob: Person
const mails: ParsedMail[] = []
let mailCame: () => void = () => undefined
const mailServer = new SMTPServer({
  ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
  onData: (stream, _session, done) =>
    simpleParser(stream, (error, mail) => {
      mails.push(mail)
      done(error)
      mailCame()
    }),
})

beforeAll(async () => {
  mailServer.listen(0, '127.0.0.1')
  await once(mailServer.server, 'listening')
  slack = await counterpart((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"ok":true,"channel":"C0123456789","ts":"1.1"}'),
  )
  const server = await startTestServer({
    SMTP_URL: `smtp://127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`,
    ...{ MAIL_FROM: 'tocsin@example.com', SLACK_BOT_TOKEN: 'xoxb-0123456789-secret' },
    ...{ SLACK_SIGNING_SECRET: SIGNING_SECRET, SLACK_API_URL: `${slack.url}/api` },
  })
  stage = { server, manager: await server.as('MANAGER', { name: 'Mia' }) }
  bob = await server.as('RESPONDER', { name: 'Bob' })
})
afterAll(async () => {
  await stage.server.stop()
  await slack.stop()
  await new Promise<void>((resolve) => mailServer.close(resolve))
})
beforeEach(async () => void (ada = await stage.server.as('RESPONDER', { name: 'Ada' })))

async function nextMail(): Promise<ParsedMail> {
  while (mails.length === 0) await new Promise<void>((resolve) => (mailCame = resolve))
  return mails.shift()!
}

describe('the link in an e-mail', () => {
  /** An incident that Ada is called for, and where the link in her e-mail leads. */
  async function called(input: object = {}) {
    await route(stage, [step(ada)])
    const id = await declare(stage.manager, input)
    const mail = await nextMail()
    expect(mail.to).toMatchObject({ text: `${ada.id}@example.com` })
    return { id, link: /Acknowledge: (\S+)/.exec(mail.text!)![1]! }
  }

  it('shows what it is about, and changes nothing by being looked at', async () => {
    const { id, link } = await called({ title: 'Checkout <b>is</b> down' })
    for (let n = 0; n < 2; n++) {
      const response = await fetch(link)
      expect([response.status, response.headers.get('cache-control'), response.headers.get('referrer-policy')]).toEqual(
        [...[200, 'no-store', 'no-referrer']],
      )
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      const text = await response.text()
      expect(text).toContain('Checkout &lt;b&gt;is&lt;/b&gt; down')
      expect(text).toContain('Ada, you are called.')
      expect(text).toContain('<button>')
    }
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING' })
  })

  it('acknowledges by its button, in the name of whom it was sent to', async () => {
    const { id, link } = await called()
    const response = await fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([response.status, await response.text()]).toEqual([
      200,
      expect.stringContaining('Acknowledged. Ada, it is yours.'),
    ])
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: { name: 'Ada' } })
    const { incident } = await stage.manager.run('query ($id: ID!) { incident(id: $id) { status } }', { id })
    expect(incident.status).toBe('ACKNOWLEDGED')
    expect(await (await fetch(link)).text()).toContain('You have acknowledged it.')
    expect((await fetch(link, { method: 'POST' })).status).toBe(200) // twice is once
  })

  it('says who is needed no more', async () => {
    const { id, link } = await called()
    await act(bob, 'incidentAcknowledge', id)
    expect(await (await fetch(link)).text()).toContain('Somebody else has it')
    await act(bob, 'incidentResolve', id)
    const looked = await (await fetch(link)).text()
    expect(looked).toContain('It is resolved: nobody is needed.')
    expect(looked).not.toContain('<button>')
    const pressed = await fetch(link, { method: 'POST' })
    expect([pressed.status, await pressed.text()]).toEqual([409, expect.stringContaining('It is over')])
  })

  it('is good for nothing once it was changed, after a week, when the account is not active, or has lost sight of it', async () => {
    const { id, link } = await called()
    const tampered = [`${link}x`, link.replace(/[^/]+$/, 'cGFnZV8x.bm9uZQ'), `${stage.server.url}/pages/nothing`]
    for (const address of tampered)
      for (const method of ['GET', 'POST']) expect((await fetch(address, { method })).status).toBe(404)
    await stage.server.sql('UPDATE users SET active = false WHERE id = $1', [ada.id])
    expect((await fetch(link, { method: 'POST' })).status).toBe(404)
    await stage.server.sql('UPDATE users SET active = true WHERE id = $1', [ada.id])
    await stage.server.sql("UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1", [id])
    await stage.server.sql('DELETE FROM incident_participants WHERE incident_id = $1 AND user_id = $2', [id, ada.id])
    expect((await fetch(link)).status).toBe(404)
    await stage.server.sql("UPDATE incidents SET visibility = 'ORGANIZATION' WHERE id = $1", [id])
    stage.server.clock.advance(7 * 86_400_000 + 1_000)
    expect((await fetch(link, { method: 'POST' })).status).toBe(404)
    expect(await look(stage.manager, id)).toMatchObject({ acknowledgedBy: null })
    await act(stage.manager, 'incidentResolve', id)
  })
})

describe('the button in Slack', () => {
  const SLACK_USER = 'U0000000001'

  /** What Slack sends when somebody presses a button with this value. */
  async function press(value: string, slackUserId: string, secret = SIGNING_SECRET) {
    const answers = slack.heard.length
    const payload = {
      ...{ type: 'block_actions', user: { id: slackUserId }, response_url: `${slack.url}/response` },
      actions: [{ action_id: 'tocsin-0-0', type: 'button', value }],
    }
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
    const timestamp = String(Math.floor(+stage.server.clock.now() / 1000))
    const mac = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
    const { status } = await fetch(`${stage.server.url}/slack/interactions`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/x-www-form-urlencoded' },
        ...{ 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${mac}` },
      },
      body,
    })
    if (status !== 200) return { status, told: null }
    const { body: told } = await heard((call) => call.path === '/response', answers)
    return { status, told: (JSON.parse(told) as { text: string }).text }
  }

  /** The first call to Slack from a place on that fits. */
  async function heard(fits: (call: Heard) => boolean, from: number): Promise<Heard> {
    for (;;) {
      const call = slack.heard.slice(from).find(fits)
      if (call) return call
      await once(slack.server, 'heard')
    }
  }

  /** An incident that Slack is told of, and the value of its button. */
  async function told(targets: readonly object[]) {
    await route(stage, [{ targets, delayMinutes: 5 }])
    const from = slack.heard.length
    const id = await declare(stage.manager)
    const { body } = await heard(({ path }) => path === '/api/chat.postMessage', from)
    return { id, value: /"value":"([^"]+)"/.exec(new URLSearchParams(body).get('blocks')!)![1]! }
  }

  it('acknowledges in the name of the person whom it was sent to', async () => {
    const { contactPoint } = await createPoint(ada, { kind: 'SLACK', name: 'Slack', address: SLACK_USER })
    await createRule(ada, { contactPointId: contactPoint.id, urgency: 'HIGH' })
    const { id, value } = await told([{ kind: 'USER', id: ada.id }])
    expect(await press(value, SLACK_USER)).toEqual({
      status: 200,
      told: expect.stringMatching(/^#\d+ is acknowledged by Ada\.$/),
    })
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: { name: 'Ada' } })
    expect((await press(value, SLACK_USER)).told).toMatch(/is acknowledged by Ada/) // twice is once
  })

  it('tells in a channel who it is that presses, and takes it from nobody whom it does not know', async () => {
    const { contactPoint } = await createPoint(stage.manager, {
      kind: 'SLACK',
      name: 'Ops',
      address: '#ops',
      userId: null,
    })
    const { id, value } = await told([{ kind: 'CONTACT_POINT', id: contactPoint.id }])
    expect((await press(value, 'U0000000009')).told).toMatch(/Nobody in Tocsin is known by U0000000009/)
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING' })
    await createPoint(bob, { kind: 'SLACK', name: 'Slack', address: 'U0000000009' })
    expect((await press(value, 'U0000000009')).told).toMatch(/is acknowledged by Bob/)
    expect(await look(stage.manager, id)).toMatchObject({ acknowledgedBy: { name: 'Bob' } })
  })

  it('takes nobody for the one who presses but people who work on incidents', async () => {
    const { contactPoint } = await createPoint(stage.manager, {
      kind: 'SLACK',
      name: 'Desk',
      address: '#desk',
      userId: null,
    })
    const pretender = await stage.server.as('STAKEHOLDER')
    const gone = await stage.server.as('RESPONDER')
    for (const person of [pretender, gone, bob])
      await createPoint(person, { kind: 'SLACK', name: 'Slack', address: 'U0000000008' })
    await stage.server.sql('UPDATE users SET active = false WHERE id = $1', [gone.id])
    const { id, value } = await told([{ kind: 'CONTACT_POINT', id: contactPoint.id }])
    expect((await press(value, 'U0000000008')).told).toMatch(/is acknowledged by Bob/)
    expect(await look(stage.manager, id)).toMatchObject({ acknowledgedBy: { name: 'Bob' } })
  })

  it('is believed only when Slack has signed it', async () => {
    const { contactPoint } = await createPoint(ada, { kind: 'SLACK', name: 'Slack', address: 'U0000000002' })
    await createRule(ada, { contactPointId: contactPoint.id, urgency: 'HIGH' })
    const { id, value } = await told([{ kind: 'USER', id: ada.id }])
    expect(await press(value, 'U0000000002', 'another-secret')).toEqual({ status: 401, told: null })
    expect((await press('forged.token', 'U0000000002')).told).toBe('This button is too old.')
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING' })
  })
})
