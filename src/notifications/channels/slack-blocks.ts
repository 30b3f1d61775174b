import type { Button, KnownBlock } from '@slack/web-api'
import { inGroups } from '../../platform/loader.js'
import { cut } from '../../platform/text.js'
import type { MessageItem, OutgoingMessage } from './channel.js'
import { slackEscaped, slackText } from './markdown.js'
import { REPEATED, fitting, headline, linksOf, oneLine, titleOf, webAddress } from './wording.js'

/**
 * How a message looks in Slack. Slack refuses a message that is larger than it likes in any of its parts: what is too
 * long is cut, and many items have less room each.
 */

// What Slack takes, in characters. The last is not documented: about 13,000 have been seen to be refused, 11,000, too.
const HEADER = 150
const SECTION = 3_000
const FIELD = 2_000
const FIELDS = 10
const BUTTON = 75
const BUTTON_VALUE = 2_000
const TEXT = 3_500
const MESSAGE = 9_000

const IN_FULL = 5 // items

/** At most so many characters of escaped text, with no half an entity or link at its end. */
const fit = (escaped: string, maximum: number): string => cut(escaped, maximum).replace(/(&[a-z]{0,4}|<[^<>]*)…$/, '…')

/** What is shown where the blocks are not: in a list of what is new, or on a locked screen. */
export const slackSummary = (message: OutgoingMessage): string => fit(slackEscaped(headline(message)), TEXT)

/** @param canPress whether presses of buttons can be verified; when not, there are links in their place */
export const slackBlocks = (message: OutgoingMessage, canPress: boolean): KnownBlock[] =>
  fitting(
    (room) => blocksOf(message, room, canPress),
    (blocks) => JSON.stringify(blocks).length,
    MESSAGE,
  )

/** In place of the blocks: every title, and where the first leads. */
export function slackPlain(message: OutgoingMessage): string {
  const told = (room: number) => [
    ...(message.possibleDuplicate ? [REPEATED] : []),
    ...message.items.map((item) => fit(slackEscaped(titleOf(item)), room)),
    ...linksOf(message.items[0]!).map(({ url }) => url),
  ]
  const lines = fitting(told, (lines) => lines.join('\n').length, TEXT)
  return fit(lines.join('\n'), TEXT)
}

function blocksOf(message: OutgoingMessage, room: number, canPress: boolean): KnownBlock[] {
  const { items, possibleDuplicate } = message
  const only = items.length === 1
  return [
    { type: 'header', text: { type: 'plain_text', text: fit(slackEscaped(headline(message)), HEADER) } },
    ...(possibleDuplicate ? [section(`_${REPEATED}_`)] : []),
    ...items.slice(0, IN_FULL).flatMap((item, index) => inFull(item, index, room, only, canPress)),
    ...sectionsOf(items.slice(IN_FULL).map((item) => inLine(item, room))),
  ]
}

const section = (text: string): KnownBlock => ({ type: 'section', text: { type: 'mrkdwn', text } })

function inFull(item: MessageItem, index: number, room: number, only: boolean, canPress: boolean): KnownBlock[] {
  const title = only ? '' : `*${fit(slackEscaped(titleOf(item)), Math.min(room, 300))}*\n`
  const body = slackText(cut(item.body, room))
  const text = fit(title + body, SECTION)
  const fields = item.facts.map(({ name, value }) => {
    const told = `*${slackEscaped(oneLine(name))}*\n${slackEscaped(oneLine(value))}`
    return { type: 'mrkdwn' as const, text: fit(told, Math.min(Math.max(room, 100), FIELD)) }
  })
  const pressed = canPress ? item.actions.filter(({ token }) => token.length <= BUTTON_VALUE) : []
  const buttons = pressed.map(({ label, token }, position): Button => ({
    type: 'button',
    action_id: `tocsin-${index}-${position}`,
    text: { type: 'plain_text', text: fit(slackEscaped(oneLine(label)), BUTTON) },
    value: token,
  }))
  const links = linksOf({ ...item, actions: item.actions.filter((action) => !pressed.includes(action)) })
  return [
    ...(text.trim() ? [section(text)] : []),
    ...inGroups(fields, FIELDS).map((fields): KnownBlock => ({ type: 'section', fields })),
    ...(links.length > 0
      ? [section(fit(links.map(({ label, url }) => `<${url}|${slackEscaped(label)}>`).join(' · '), SECTION))]
      : []),
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
  ]
}

/** A link where there is room for it. */
function inLine(item: MessageItem, room: number): string {
  const title = fit(slackEscaped(titleOf(item)), Math.min(room, 150))
  const url = room >= 100 && item.url ? webAddress(item.url) : null
  return url && url.length <= 300 ? `• <${url}|${title}>` : `• ${title}`
}

/** As many lines in a section as it holds. */
function sectionsOf(lines: readonly string[]): KnownBlock[] {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + 1 + line.length <= SECTION) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts.map(section)
}
