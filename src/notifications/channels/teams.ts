import { type OutgoingRules, checkUrl } from '../../platform/outgoing.js'
import { cut } from '../../platform/text.js'
import { type Channel, ChannelKind, type MessageItem, type OutgoingMessage } from './channel.js'
import { failureOf, isSuccess, maskedUrl, mayPass, postOrFail } from './http.js'
import { REPEATED, fitting, headline, linksOf, oneLine, titleOf, webAddress } from './wording.js'

/**
 * To a channel or chat of Microsoft Teams, through a workflow that posts what its webhook receives: an Adaptive Card. The
 * first items of a message are told in full, the others in a line each, for Teams takes no more than 28 KB.
 */
export const teamsChannel = (rules: OutgoingRules): Channel => ({
  kind: ChannelKind.TEAMS,
  spacing: 5_000,
  address: (field, value) => checkUrl(field, value, rules),
  masked: maskedUrl,
  send: async (message, address) => {
    const body = fitting((room) => JSON.stringify(envelope(message, room)), Buffer.byteLength, CARD)
    const answer = await postOrFail(address, { headers: { 'content-type': 'application/json' }, body }, rules)
    if (!isSuccess(answer)) throw failureOf(answer, !mayPass(answer))
    return { providerId: null }
  },
})

const CARD = 24_000 // bytes, which leaves room for what Teams adds
const IN_FULL = 3 // items
const ACTIONS = 6

const envelope = (message: OutgoingMessage, room: number) => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: cardOf(message, room) }],
})

function cardOf(message: OutgoingMessage, room: number) {
  const { items, possibleDuplicate } = message
  const only = items.length === 1
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { ...text(plain(headline(message), Math.max(room, 100))), size: 'Large', weight: 'Bolder' },
      ...(possibleDuplicate ? [{ ...text(REPEATED), isSubtle: true }] : []),
      ...items.slice(0, IN_FULL).flatMap((item) => inFull(item, room, only)),
      ...items.slice(IN_FULL).map((item) => ({ ...text(inLine(item, room)), spacing: 'Small' })),
    ],
  }
}

const text = (text: string) => ({ type: 'TextBlock', text, wrap: true })

/** Text blocks and facts read Markdown: what is not Markdown must not become a link. */
const plain = (text: string, maximum: number) => cut(oneLine(text), maximum).replaceAll('](', ']\u200b(')

function inFull(item: MessageItem, room: number, only: boolean) {
  const facts = item.facts.map(({ name, value }) => ({
    title: plain(name, 100),
    value: plain(value, Math.min(room, 500)),
  }))
  const actions = linksOf(item)
    .slice(0, ACTIONS)
    .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: cut(label, 50), url }))
  return [
    ...(only ? [] : [{ ...text(plain(titleOf(item), Math.min(room, 300))), weight: 'Bolder', separator: true }]),
    ...(item.body.trim() ? [text(cut(item.body, room))] : []),
    ...(facts.length > 0 ? [{ type: 'FactSet', facts }] : []),
    ...(actions.length > 0 ? [{ type: 'ActionSet', actions }] : []),
  ]
}

function inLine(item: MessageItem, room: number): string {
  const title = plain(titleOf(item), Math.min(room, 150))
  const url = room >= 100 && item.url ? webAddress(item.url) : null
  return url ? `${title} [Open](${url})` : title
}
