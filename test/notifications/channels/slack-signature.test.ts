import { createHmac } from 'node:crypto'
import { isFromSlack, readPress } from '../../../src/notifications/channels/slack-signature.js'

// The example of Slack's own documentation.
const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const body = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
)
const headers = {
  'x-slack-request-timestamp': '1531420618',
  'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
}
const at = (seconds: number) => new Date((1531420618 + seconds) * 1000)

describe('a request', () => {
  it('is from Slack when its signature is', () => expect(isFromSlack({ headers, body }, secret, at(1))).toBe(true))

  it.each([
    ['with another body', { headers, body: Buffer.concat([body, Buffer.from('&')]) }, secret, at(1)],
    ['of another app', { headers, body }, 'another-secret', at(1)],
    ['from before five minutes', { headers, body }, secret, at(301)],
    ['from later than in five minutes', { headers, body }, secret, at(-301)],
    ['of another time', { headers: { ...headers, 'x-slack-request-timestamp': '1531420619' }, body }, secret, at(1)],
    ['without a time', { headers: { 'x-slack-signature': headers['x-slack-signature'] }, body }, secret, at(1)],
    ['of no time', { headers: { ...headers, 'x-slack-request-timestamp': 'NaN' }, body }, secret, at(1)],
    ['without a signature', { headers: { 'x-slack-request-timestamp': '1531420618' }, body }, secret, at(1)],
    ['with a short signature', { headers: { ...headers, 'x-slack-signature': 'v0=a2' }, body }, secret, at(1)],
  ])('%s is not', (_, request, secret, now) => expect(isFromSlack(request, secret, now)).toBe(false))

  it('is looked at as it was received', () => {
    const bytes = Buffer.from([0x70, 0xff, 0xfe])
    const signature = createHmac('sha256', secret).update('v0:1531420618:').update(bytes).digest('hex')
    const signed = { ...headers, 'x-slack-signature': `v0=${signature}` }
    expect(isFromSlack({ headers: signed, body: bytes }, secret, at(0))).toBe(true)
  })
})

describe('a press', () => {
  const form = (payload: unknown) => Buffer.from(new URLSearchParams({ payload: JSON.stringify(payload) }).toString())
  const press = {
    type: 'block_actions',
    user: { id: 'U0123456789', username: 'ada' },
    response_url: 'https://hooks.slack.com/actions/T0/1/x',
    actions: [{ action_id: 'tocsin-0-0', type: 'button', value: 'signed-acknowledge' }],
  }

  it('tells the token of the button, and who pressed it', () =>
    expect(readPress(form(press))).toEqual({
      token: 'signed-acknowledge',
      slackUserId: 'U0123456789',
      responseUrl: 'https://hooks.slack.com/actions/T0/1/x',
    }))

  it('may have no address for an answer', () =>
    expect(readPress(form({ ...press, response_url: undefined }))).toMatchObject({ responseUrl: null }))

  it.each([
    ['another kind of interaction', form({ ...press, type: 'view_submission' })],
    ['a link', form({ ...press, actions: [{ action_id: 'open', type: 'button' }] })],
    ['nothing pressed', form({ ...press, actions: [] })],
    ['nobody', form({ ...press, user: null })],
    ['null', form(null)],
    ['a number', form(7)],
    ['no JSON', Buffer.from('payload=%7B')],
    ['no payload', Buffer.from('ssl_check=1')],
    ['nothing', Buffer.from('')],
  ])('is not: %s', (_, body) => expect(readPress(body)).toBeNull())
})
