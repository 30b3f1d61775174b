import { createHash } from 'node:crypto'
import {
  type FetchFunction,
  type KnownBlock,
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api'
import type { Config } from '../../platform/config.js'
import { badInput } from '../../platform/errors.js'
import { OutgoingFailure, TRUSTED, post } from '../../platform/outgoing.js'
import { type Channel, ChannelKind, DeliveryFailure, type OutgoingMessage } from './channel.js'
import { slackBlocks, slackPlain, slackSummary } from './slack-blocks.js'

/**
 * To a channel or a person in Slack. The first items of a message are told in full, with buttons whose presses come back
 * signed (slack-signature.ts); the others in a line each, for Slack takes only so much. Slack knows a repeat by
 * `client_msg_id`. Trying again is not left to Slack's library: who is paged next depends on what became of it.
 */
export function slackChannel({ botToken, signingSecret, apiUrl }: NonNullable<Config['slack']>): Channel {
  const client = new WebClient(botToken, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    fetch: send,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  })
  const say = async ({ id }: OutgoingMessage, channel: string, text: string, blocks?: KnownBlock[]) => {
    const { ts, channel: told } = await client.chat.postMessage({
      channel,
      text,
      ...(blocks && { blocks }),
      ...{ client_msg_id: uuidOf(id) }, // which the types of the library do not know
      metadata: { event_type: 'tocsin_message', event_payload: { id } },
      unfurl_links: false,
      unfurl_media: false,
    })
    return { providerId: ts ? `${told ?? channel}:${ts}` : null }
  }
  return {
    kind: ChannelKind.SLACK,
    spacing: 5_000,
    address: checkedAddress,
    masked: (address) => address,
    send: async (message, address) => {
      try {
        return await say(message, address, slackSummary(message), slackBlocks(message, signingSecret !== null)).catch(
          (error) => {
            if (!isAboutLayout(error)) throw error
            return say(message, address, slackPlain(message)) // better plain than not at all
          },
        )
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
}

const CALL = 4_500 // milliseconds; there are at most two

/** The library's requests go the way of all others: nothing is followed, nothing is waited for without end. */
const send: FetchFunction = async (url, { headers = {}, body } = {}) => {
  const request = { headers, body: String(body) }
  const answer = await post(String(url), request, { ...TRUSTED, time: CALL })
  const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
  return new Response(answer.body || null, { status: answer.status, headers: told })
}

/** Slack takes only UUIDs. */
function uuidOf(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex')
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')
}

function checkedAddress(field: string, value: string): string {
  const address = value.trim()
  if (/^[CDGUW][A-Z0-9]{7,20}$/.test(address)) return address
  if (/^#[\p{L}\p{N}_-]{1,80}$/u.test(address)) return address.toLowerCase()
  throw badInput(field, 'Must be the id of a channel or a person in Slack, such as C0123456789, or a #channel.')
}

const ABOUT_LAYOUT = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']

const isAboutLayout = (error: unknown) =>
  error instanceof WebAPIPlatformError && ABOUT_LAYOUT.includes(error.data.error)

/** Of these Slack says itself that a part of the work may have been done; of the last two, that it knows the id. */
const UNCERTAIN = [
  'fatal_error',
  'internal_error',
  'request_timeout',
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
]
const PASSING = [...UNCERTAIN, 'ratelimited', 'rate_limited', 'service_unavailable', 'team_added_to_org']

function failureOf(error: unknown): unknown {
  if (error instanceof WebAPIRateLimitedError)
    return new DeliveryFailure('Slack asks to wait', { retryAfter: error.retryAfter * 1000 })
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error
    if (!/^\w{1,100}$/.test(code)) return new DeliveryFailure('Slack answered no JSON', { uncertain: true })
    const permanent = !PASSING.includes(code)
    return new DeliveryFailure(`Slack answered ${code}`, { permanent, uncertain: UNCERTAIN.includes(code) })
  }
  if (error instanceof WebAPIHTTPError)
    return new DeliveryFailure(`Slack answered ${error.statusCode}`, { uncertain: error.statusCode >= 500 })
  if (error instanceof WebAPIRequestError && error.original instanceof OutgoingFailure)
    return new DeliveryFailure(`Slack: ${error.original.message}`, { uncertain: error.original.sent })
  return error
}
