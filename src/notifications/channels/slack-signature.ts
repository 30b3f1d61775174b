import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * When somebody presses a button in Slack, Slack sends a form to the address of this app. That it comes from Slack is
 * shown by an HMAC over its body as it was received, with the signing secret of the app and the time of sending
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack).
 */

export interface SlackPress {
  /** What the button was given. */
  readonly token: string
  readonly slackUserId: string
  /** Answers that are sent there are seen by whoever pressed; null when Slack gives none. */
  readonly responseUrl: string | null
}

export interface SlackRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As received, byte by byte. */
  readonly body: Buffer
}

const WINDOW = 5 * 60 // seconds, before and after

export function isFromSlack({ headers, body }: SlackRequest, signingSecret: string, now: Date): boolean {
  const timestamp = headers['x-slack-request-timestamp']
  const signature = headers['x-slack-signature']
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > WINDOW) return false
  const expected = Buffer.from(
    `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
  )
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** The button that was pressed; null when the request tells of something else. */
export function readPress(body: Buffer): SlackPress | null {
  const payload = new URLSearchParams(body.toString('utf8')).get('payload')
  const press = payload === null ? null : parsed(payload)
  if (press?.type !== 'block_actions') return null
  const token = press.actions?.[0]?.value
  const slackUserId = press.user?.id
  if (typeof token !== 'string' || typeof slackUserId !== 'string') return null
  const { response_url: responseUrl } = press
  return { token, slackUserId, responseUrl: typeof responseUrl === 'string' ? responseUrl : null }
}

/** What of Slack's payload is looked at; none of it is sure to be there. */
interface Payload {
  readonly type?: unknown
  readonly user?: { readonly id?: unknown }
  readonly actions?: readonly { readonly value?: unknown }[]
  readonly response_url?: unknown
}

function parsed(json: string): Payload | null {
  try {
    return JSON.parse(json) as Payload | null
  } catch {
    return null
  }
}
