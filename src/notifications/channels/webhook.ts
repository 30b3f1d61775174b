import { Webhook } from 'standardwebhooks'
import { type OutgoingRules, checkUrl } from '../../platform/outgoing.js'
import { type Channel, ChannelKind, DeliveryFailure, type MessageItem, type OutgoingMessage } from './channel.js'
import { failureOf, isSuccess, maskedUrl, postOrFail } from './http.js'

/**
 * To a program of somebody's own: a POST of JSON, signed the way of Standard Webhooks (https://www.standardwebhooks.com).
 * `webhook-id` is the same for every attempt, so a receiver that remembers it acts once.
 */
export const webhookChannel = (rules: OutgoingRules): Channel => ({
  kind: ChannelKind.WEBHOOK,
  spacing: 0,
  address: (field, value) => checkUrl(field, value, rules),
  masked: maskedUrl,
  send: async (message, address, secret) => {
    if (!secret) throw new DeliveryFailure('it has no secret to sign with', { permanent: true })
    const now = new Date()
    const body = JSON.stringify(payload(message, now))
    const headers = {
      'content-type': 'application/json',
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(message.id, now, body),
    }
    const answer = await postOrFail(address, { headers, body }, rules)
    // Gone, or a redirect, which is not followed; all else may be a receiver that is being mended.
    if (!isSuccess(answer))
      throw failureOf(answer, answer.status === 410 || (answer.status >= 300 && answer.status < 400))
    return { providerId: null }
  },
})

const payload = ({ possibleDuplicate, items }: OutgoingMessage, now: Date) => ({
  type: 'notifications',
  timestamp: now.toISOString(),
  data: { possibleDuplicate, items: items.map(told) },
})

const told = ({ notificationId, actions, createdAt, ...item }: MessageItem) => ({
  id: notificationId,
  ...item,
  actions: actions.map(({ label, url }) => ({ label, url })),
  createdAt: createdAt.toISOString(),
})
