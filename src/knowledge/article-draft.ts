import { ArticleAudience, Visibility } from '../access/rules.js'
import type { Incident } from '../incidents/incident.js'
import { type TimelineEntry, TimelineEntryKind } from '../incidents/timeline-entry.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { ArticleText } from './article-version.js'
import { ALERT_NAME, type ArticleSketch, LIST, RUNBOOK_URL } from './article.js'
import { codeOf, quoted } from './quotation.js'
import type { AlertClues } from './runbook.queries.js'

/** An article begun with the facts of an incident: people's words are quoted, the rest is for its author to write. */

/**
 * Of each text, and of all notes together. A quote can be three times as long as what it quotes, and all of it has to
 * fit into an article.
 */
const LONGEST_TEXT = 10_000
const LONGEST_NOTES = 25_000

type Note = Pick<TimelineEntry, 'kind' | 'body' | 'occurredAt'>

const section = (heading: string, blocks: readonly string[]): string[] =>
  blocks.length > 0 ? [`## ${heading}`, ...blocks] : []

const quote = (text: string | null): string[] => (text?.trim() ? [quoted(text, LONGEST_TEXT)] : [])

/** @param notes decisions and notes of the timeline, oldest first */
export function draftText(incident: Incident, notes: readonly Note[], { names, urls }: AlertClues): ArticleText {
  const { title, number, description, workaround, resolution } = incident
  const body = [
    `*Drawn from incident #${number}. What is quoted are the words of those who worked on it; put it into your own.*`,
    ...section('Symptoms', [quoted(title, LONGEST_TEXT), ...quote(description)]),
    ...section(
      'Alerts',
      [[...names.map(codeOf), ...urls.map(addressOf)].map((line) => `- ${line}`).join('\n')].filter(Boolean),
    ),
    ...section('Cause', ['*Not written down yet.*']),
    ...section('Workaround', quote(workaround)),
    ...section('Resolution', quote(resolution)),
    ...section('What was done', told(notes)),
  ]
  return { title, body: body.join('\n\n') }
}

const addressOf = (url: string): string => (URL.canParse(url) ? `<${new URL(url).href}>` : codeOf(url))

/** Who wrote it is left out: an article is read for longer than people stay, and by others. */
function told(notes: readonly Note[]): string[] {
  let room = LONGEST_NOTES
  const blocks: string[] = []
  for (const [index, { kind, body, occurredAt }] of notes.entries()) {
    if (room <= 0) return [...blocks, `*${notes.length - index} more stand on the timeline of the incident.*`]
    const what = kind === TimelineEntryKind.DECISION ? 'decision' : 'note'
    blocks.push(`${occurredAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${what}:`, quoted(body, room))
    room -= body.length
  }
  return blocks
}

/** What it is about: by these the next alert of the kind finds it. What is too long to be kept is left out. */
export const draftSubjects = ({ serviceId }: Incident, { names, urls, serviceIds }: AlertClues) => ({
  serviceIds: [...new Set([...(serviceId ? [serviceId] : []), ...serviceIds])].slice(0, LIST.maximum),
  alertNames: names.filter((name) => name.trim() && name.length <= ALERT_NAME.maximum).slice(0, LIST.maximum),
  runbookUrls: urls.filter((url) => URL.canParse(url) && url.length <= RUNBOOK_URL.maximum).slice(0, LIST.maximum),
})

/**
 * No more readers than the incident has. Errors: FORBIDDEN where no audience is as narrow: whoever manages incidents
 * reads every article, but of a RESTRICTED incident only what they take part in.
 */
export function draftAudience({ visibility, teamId }: Incident): Pick<ArticleSketch, 'audience' | 'teamId'> {
  if (visibility === Visibility.ORGANIZATION) return { audience: ArticleAudience.INTERNAL, teamId }
  if (visibility === Visibility.TEAM && teamId !== null) return { audience: ArticleAudience.TEAM, teamId }
  throw new UserError(
    ErrorCode.FORBIDDEN,
    'The incident is restricted: any article on it would be read by others than those who take part in it.',
    'incidentId',
  )
}
