import { createTransport } from 'nodemailer'
import type { Config } from '../../platform/config.js'
import { badInput } from '../../platform/errors.js'
import { email } from '../../platform/input.js'
import { cut } from '../../platform/text.js'
import { NotificationUrgency } from '../notification.js'
import { type Channel, ChannelKind, DeliveryFailure, type MessageItem, type OutgoingMessage } from './channel.js'
import { REPEATED, escapeMarkup as html, headline, linksOf, oneLine, titleOf } from './wording.js'

/**
 * By SMTP, as text and as HTML; one e-mail holds all items of a message. Its Message-ID is made from the message's id, so
 * mail servers know a repeat when they see one. What is told of one subject stands in one thread. What people wrote is
 * shown as text: no HTML of theirs gets through.
 */
export function emailChannel({ url, from }: NonNullable<Config['mail']>): Channel {
  const transport = createTransport({
    url,
    pool: true,
    // Nobody who stands between may talk us out of encryption when there is a password to lose; the URL may say otherwise.
    requireTLS: new URL(url).username !== '',
    connectionTimeout: 4_000,
    greetingTimeout: 4_000,
    socketTimeout: 8_000,
    socketCloseTimeout: 0,
    // Only what was not begun is begun again on another connection: after a server has closed one that was idle.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([^\s@>]+)>?$/.exec(from)![1]!
  return {
    kind: ChannelKind.EMAIL,
    spacing: 60_000,
    address: checkedAddress,
    masked: (address) => `${address.slice(0, 1)}•••${address.slice(address.lastIndexOf('@'))}`,
    send: async (message, address) => {
      const thread = threadOf(message, domain)
      try {
        const { response } = await transport.sendMail({
          from,
          to: { name: '', address },
          subject: cut(headline(message), 200),
          text: asText(message),
          html: asHtml(message),
          messageId: `<${message.id}@${domain}>`,
          ...(thread && { references: thread, inReplyTo: thread }),
          ...(message.items.some(({ urgency }) => urgency === NotificationUrgency.HIGH) && { priority: 'high' }),
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(9_000),
        })
        return { providerId: response ? cut(oneLine(response), 200) : null }
      } catch (error) {
        throw failureOf(error as SmtpError)
      }
    },
    close: () => transport.close(),
  }
}

function checkedAddress(field: string, value: string): string {
  const address = email(field, value)
  // Each of these means something else in the header of an e-mail.
  if (/[,;:<>()[\]\\"]/.test(address)) throw badInput(field, 'Must be one e-mail address without a name.')
  const at = address.lastIndexOf('@')
  return address.slice(0, at) + address.slice(at).toLowerCase()
}

/** An e-mail that was never written, which all e-mails about a subject refer to: that makes them a thread. */
function threadOf({ items }: OutgoingMessage, domain: string): string | null {
  const { subject } = items[0]!
  return items.every((item) => item.subject === subject) ? `<${subject.replace(/[^\w.-]/g, '_')}@${domain}>` : null
}

/** Of a failure that nodemailer reports. */
interface SmtpError extends Error {
  readonly code?: string
  readonly originalCode?: string
  readonly responseCode?: number
  readonly permanent?: boolean
  readonly timeoutType?: string
}

const NOT_BEGUN = ['EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'EENVELOPE', 'ECONFIG']
const NOT_REACHED = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']

function failureOf({ message, code, originalCode, responseCode, permanent, timeoutType }: SmtpError): DeliveryFailure {
  if (responseCode) return new DeliveryFailure(cut(oneLine(message), 500), { permanent: permanent ?? false })
  const notBegun =
    NOT_BEGUN.includes(code ?? '') ||
    NOT_REACHED.includes(originalCode ?? '') ||
    (timeoutType !== undefined && timeoutType !== 'SOCKET_TIMEOUT')
  return new DeliveryFailure(cut(oneLine(message), 500), { uncertain: !notBegun })
}

const BODY = 20_000
const BODY_OF_MANY = 2_000

const bodyOf = ({ body }: MessageItem, { items }: OutgoingMessage) => cut(body, items.length > 1 ? BODY_OF_MANY : BODY)

function asText(message: OutgoingMessage): string {
  const items = message.items.map((item) =>
    [
      titleOf(item),
      bodyOf(item, message),
      item.facts.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`).join('\n'),
      linksOf(item)
        .map(({ label, url }) => `${label}: ${url}`)
        .join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
  )
  return [...(message.possibleDuplicate ? [REPEATED] : []), ...items].join('\n\n----\n\n')
}

function asHtml(message: OutgoingMessage): string {
  const items = message.items.map((item) => {
    const facts = item.facts.map(
      ({ name, value }) =>
        `<tr><th align="left" style="padding-right:1em">${html(oneLine(name))}</th><td>${html(oneLine(value))}</td></tr>`,
    )
    const links = linksOf(item).map(({ label, url }) => `<a href="${html(url)}" style="${BUTTON}">${html(label)}</a>`)
    return [
      `<h2 style="font-size:1.2em">${html(titleOf(item))}</h2>`,
      `<div style="white-space:pre-wrap">${html(bodyOf(item, message))}</div>`,
      facts.length > 0 ? `<table style="margin:1em 0">${facts.join('')}</table>` : '',
      links.length > 0 ? `<p>${links.join(' ')}</p>` : '',
    ].join('\n')
  })
  const repeated = message.possibleDuplicate ? [`<p><em>${REPEATED}</em></p>`] : []
  return `<!doctype html><html><body style="font-family:sans-serif">${[...repeated, ...items].join('\n<hr>\n')}</body></html>`
}

const BUTTON = 'display:inline-block;padding:.5em 1em;border:1px solid #888;border-radius:4px;text-decoration:none'
