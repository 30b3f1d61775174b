import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Chance } from '../../src/demo/chance.js'

/**
 * A made-up incident event log with the columns of ServiceNow: the same seed writes the same file. As in real logs, some six
 * rows of an incident follow each other, and each repeats how it ended.
 */

export const COLUMNS = [
  ...['number', 'incident_state', 'active', 'reassignment_count', 'reopen_count', 'sys_mod_count', 'made_sla'],
  ...['caller_id', 'opened_by', 'opened_at', 'sys_created_by', 'sys_created_at', 'sys_updated_by', 'sys_updated_at'],
  ...['contact_type', 'location', 'category', 'subcategory', 'u_symptom', 'cmdb_ci', 'impact', 'urgency', 'priority'],
  ...['assignment_group', 'assigned_to', 'knowledge', 'u_priority_confirmation', 'notify', 'problem_id', 'rfc'],
  ...['vendor', 'caused_by', 'closed_code', 'resolved_by', 'resolved_at', 'closed_at'],
]

export interface WrittenLog {
  readonly rows: number
  readonly incidents: number
}

const BEGIN = Date.UTC(2025, 0, 1)
const MINUTE = 60_000
const HELD = ['Awaiting User Info', 'Awaiting User Info', 'Awaiting Vendor', 'Awaiting Problem']
const PRIORITIES = [
  ['1 - High', '2 - Medium', '2 - High'],
  ...Array.from({ length: 8 }, () => ['2 - Medium', '2 - Medium', '3 - Moderate']),
  ['3 - Low', '2 - Medium', '4 - Low'],
] as const

/** Writes at least so many rows: the last incident is told to its end. */
export async function writeLog(path: string, rows: number, seed = 1): Promise<WrittenLog> {
  const chance = new Chance(seed)
  const file = createWriteStream(path)
  file.write(`${COLUMNS.join(',')}\n`)
  let [written, incidents] = [0, 0]
  while (written < rows) {
    const lines = incident(chance, ++incidents)
    written += lines.length
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain')
  }
  await once(file.end(), 'close')
  return { rows: written, incidents }
}

const whole = (chance: Chance, minimum: number, maximum: number) => Math.floor(chance.between(minimum, maximum + 1))
const happens = (chance: Chance, probability: number) => chance.next() < probability

function incident(chance: Chance, number: number): string[] {
  const oneOf = (name: string, count: number) => `${name} ${whole(chance, 1, count)}`
  const work = Array.from({ length: whole(chance, 0, 7) }, () => (happens(chance, 0.3) ? chance.pick(HELD) : 'Active'))
  const states = ['New', ...work, 'Resolved', 'Closed']
  const openedAt = BEGIN + number * 7 * MINUTE
  const times = states
    .map((_, n) => openedAt + (n === 0 ? 5 : n * whole(chance, 60, 240)) * MINUTE)
    .toSorted((a, b) => a - b)
  const resolvedAt = times.at(-2)!
  const missed = happens(chance, 0.37)
  const [impact, urgency, priority] = chance.pick(PRIORITIES)
  const caller = oneOf('Caller', 2_600)
  const opener = oneOf('Opened by ', 180)
  const resolver = oneOf('Resolved by', 180)
  const [category, subcategory, symptom] = [oneOf('Category', 47), oneOf('Subcategory', 185), oneOf('Symptom', 400)]
  const [location, code] = [oneOf('Location', 200), `code ${whole(chance, 1, 15)}`]
  let [group, person, moves] = [oneOf('Group', 74), '?', 0]
  return states.map((state, n) => {
    if (n > 0 && happens(chance, 0.2)) [group, moves] = [oneOf('Group', 74), moves + 1]
    if (n > 0 && happens(chance, 0.5)) person = oneOf('Resolver', 190)
    const updater = oneOf('Updated by', 360)
    return [
      ...[`INC${String(number).padStart(7, '0')}`, state, String(state !== 'Closed'), moves, 0, n],
      ...[String(!missed || n < states.length - 2), caller, opener, text(openedAt), oneOf('Created by', 100)],
      ...[
        text(openedAt + 5 * MINUTE),
        updater,
        text(times[n]!),
        'Phone',
        location,
        category,
        subcategory,
        symptom,
        '?',
      ],
      ...[impact, urgency, priority, group, person, String(n > 2), 'false', 'Do Not Notify', '?', '?', '?', '?', code],
      ...[resolver, text(resolvedAt), text(times.at(-1)!)],
    ].join(',')
  })
}

/** As `29/2/2016 01:16`. */
function text(moment: number): string {
  const [year, month, day, hour, minute] = new Date(moment).toISOString().split(/[-T:]/)
  return `${Number(day)}/${Number(month)}/${year} ${hour}:${minute}`
}
