import { randomFillSync } from 'node:crypto'

/**
 * Ids are opaque text: a prefix that tells the type, then 26 characters of Crockford's base 32 (48 bits of time, 80 of
 * chance, the ULID layout). Tables use the same text as primary key, so nothing is translated between database and API,
 * and B-trees grow at their right end.
 */
export const ID_PREFIX = {
  alert: 'alr',
  apiToken: 'tok',
  article: 'art',
  articleAttachment: 'att',
  articleCategory: 'cat',
  articleUpload: 'upl',
  articleTemplate: 'atm',
  articleVersion: 'arv',
  businessCalendar: 'bcl',
  calendarFeed: 'cal',
  contactPoint: 'cpt',
  deadLetter: 'dlt',
  delivery: 'dlv',
  escalationPolicy: 'pol',
  escalationRule: 'rul',
  escalationEntry: 'esc',
  impactAssessment: 'ias',
  incident: 'inc',
  integration: 'int',
  message: 'msg',
  notification: 'ntf',
  notificationRule: 'nrl',
  page: 'page',
  request: 'req',
  schedule: 'sch',
  scheduleLayer: 'lay',
  scheduleOverride: 'ovr',
  service: 'svc',
  shiftSwap: 'swp',
  slaPolicy: 'slp',
  slaRecord: 'sla',
  statusUpdate: 'upd',
  task: 'tsk',
  team: 'team',
  timeOff: 'off',
  timelineEntry: 'tle',
  user: 'usr',
} as const

export type Noun = keyof typeof ID_PREFIX

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const PATTERN = /^([a-z]{3,4})_[0-9a-hjkmnp-tv-z]{26}$/
const NOUN_OF = new Map<string, Noun>(Object.entries(ID_PREFIX).map(([noun, prefix]) => [prefix, noun as Noun]))

/** Chance is drawn for many ids at once: asking for it costs more than the rest of an id. */
const chances = Buffer.alloc(4096)
let drawn = chances.length

function nextChance(): Buffer {
  if (drawn === chances.length) {
    randomFillSync(chances)
    drawn = 0
  }
  return chances.subarray(drawn, (drawn += 16))
}

export function newId(noun: Noun, at: number = Date.now()): string {
  let time = ''
  for (let rest = at, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = ALPHABET[rest % 32] + time
  let chance = ''
  for (const byte of nextChance()) chance += ALPHABET[byte & 31]
  return `${ID_PREFIX[noun]}_${time}${chance}`
}

/** The type that an id names; undefined when the text is no id of ours. */
export function nounOf(id: string): Noun | undefined {
  const match = PATTERN.exec(id)
  return match ? NOUN_OF.get(match[1]!) : undefined
}
