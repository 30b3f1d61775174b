import type { HoldReason } from '../incidents/incident.js'
import { closedAt, countedBetween, momentAfter } from './business-calendar.js'
import type { SlaTerms } from './sla-policy.js'

/**
 * One clock that ran, or runs, for an incident: for its response, or its resolution. What has counted is never stored: it
 * follows from the start, the holds and the calendar, so it is exact at any moment and can be told again after a correction.
 *
 * The state tells how it stands and, at the end, what came of it: MET or BREACHED. A breach stays a breach, whatever
 * follows. A reopened incident has a second record of its resolution; the first keeps what it was.
 */

export enum SlaKind {
  RESPONSE = 'RESPONSE',
  RESOLUTION = 'RESOLUTION',
}

export enum SlaState {
  RUNNING = 'RUNNING',
  AT_RISK = 'AT_RISK',
  /** On hold for the requester; whether it was at risk before, `atRiskAt` tells. */
  PAUSED = 'PAUSED',
  BREACHED = 'BREACHED',
  MET = 'MET',
  /** The incident was cancelled, or no policy holds for it any more. */
  CANCELLED = 'CANCELLED',
}

export enum SlaSource {
  LIVE = 'LIVE',
  IMPORT = 'IMPORT',
}

/** A hold for the requester. In text, as it is kept: it is read with each record and told in each event. */
export interface Pause {
  readonly from: string
  readonly until: string | null
}

export interface SlaRecord {
  readonly id: string
  readonly incidentId: string
  /** 1, and one more for each time that the incident was reopened. */
  readonly number: number
  readonly kind: SlaKind
  readonly source: SlaSource
  readonly state: SlaState
  readonly policyId: string | null
  /** Null for what was imported. */
  readonly terms: SlaTerms | null
  /** Null where only the outcome is known. */
  readonly targetMinutes: number | null
  readonly startedAt: Date
  readonly pauses: readonly Pause[]
  /** When it is, or was, to be done; null while it pauses. */
  readonly dueAt: Date | null
  /** When the engine looks at it again; null while it waits for nothing. */
  readonly nextAt: Date | null
  /** What has happened. */
  readonly atRiskAt: Date | null
  readonly breachedAt: Date | null
  readonly metAt: Date | null
  readonly stoppedAt: Date | null
}

const MINUTE = 60_000 // milliseconds

export const isPaused = ({ pauses }: Pick<SlaRecord, 'pauses'>): boolean => pauses.at(-1)?.until === null

export const isStopped = ({ stoppedAt }: Pick<SlaRecord, 'stoppedAt'>): boolean => stoppedAt !== null

/** Milliseconds that have counted by a moment, or by its end. */
export function elapsed(record: SlaRecord, at: Date): number {
  const calendar = record.terms?.calendar ?? null
  const end = Math.min(+at, record.stoppedAt ? +record.stoppedAt : Infinity)
  let counted = 0
  let from = +record.startedAt
  for (const pause of record.pauses) {
    counted += countedBetween(calendar, from, Math.min(Date.parse(pause.from), end))
    from = pause.until ? Date.parse(pause.until) : Infinity
  }
  return counted + countedBetween(calendar, Math.min(from, end), end)
}

const targetOf = ({ targetMinutes }: SlaRecord): number => targetMinutes! * MINUTE

const riskOf = (record: SlaRecord): number => Math.round((targetOf(record) * record.terms!.atRiskPercent) / 100)

/** The moment by which so much has counted, by what is known now; null while it pauses. */
function momentOf(record: SlaRecord, amount: number): Date | null {
  const calendar = record.terms!.calendar
  let left = amount
  let from = +record.startedAt
  for (const pause of record.pauses) {
    const until = Date.parse(pause.from)
    const counted = countedBetween(calendar, from, until)
    if (counted >= left) return dateOf(momentAfter(calendar, from, left))
    left -= counted
    if (pause.until === null) return null
    from = Date.parse(pause.until)
  }
  return dateOf(momentAfter(calendar, from, left))
}

const dateOf = (moment: number | null): Date | null => (moment === null ? null : new Date(moment))

export function newRecord(
  record: Pick<SlaRecord, 'id' | 'incidentId' | 'number' | 'kind' | 'policyId' | 'startedAt'> & {
    readonly terms: SlaTerms
    readonly targetMinutes: number
  },
): SlaRecord {
  const nothing = { dueAt: null, nextAt: null, atRiskAt: null, breachedAt: null, metAt: null, stoppedAt: null }
  return timed({ ...record, ...nothing, source: SlaSource.LIVE, state: SlaState.RUNNING, pauses: [] })
}

/** With the moments that follow from the rest. */
function timed(record: SlaRecord): SlaRecord {
  if (isStopped(record)) return { ...record, nextAt: null }
  const dueAt = momentOf(record, targetOf(record))
  const nextAt = record.breachedAt ? null : record.atRiskAt ? dueAt : (momentOf(record, riskOf(record)) ?? null)
  const state = record.breachedAt
    ? SlaState.BREACHED
    : isPaused(record)
      ? SlaState.PAUSED
      : record.atRiskAt
        ? SlaState.AT_RISK
        : SlaState.RUNNING
  return { ...record, dueAt, nextAt: isPaused(record) ? null : nextAt, state }
}

/** What time alone has made of it by now. What came is told as it was due, however late this looks. */
export function advanced(record: SlaRecord, now: Date): SlaRecord {
  let next = record
  if (isStopped(next) || next.breachedAt || isPaused(next)) return next
  const risk = momentOf(next, riskOf(next))
  if (!next.atRiskAt && risk && risk <= now) next = timed({ ...next, atRiskAt: risk })
  if (next.dueAt && next.dueAt <= now) next = timed({ ...next, breachedAt: next.dueAt })
  return next
}

export const paused = (record: SlaRecord, now: Date): SlaRecord =>
  isStopped(record) || isPaused(record)
    ? record
    : timed({ ...record, pauses: [...record.pauses, { from: now.toISOString(), until: null }] })

export function resumed(record: SlaRecord, now: Date): SlaRecord {
  if (isStopped(record) || !isPaused(record)) return record
  const pause = { ...record.pauses.at(-1)!, until: now.toISOString() }
  return timed({ ...record, pauses: [...record.pauses.slice(0, -1), pause] })
}

/** What was promised is done. After a breach it is only over. */
export function done(record: SlaRecord, at: Date, now: Date): SlaRecord {
  if (isStopped(record)) return record
  const ended = resumed(record, now)
  const over = { ...ended, nextAt: null, stoppedAt: at }
  return ended.breachedAt ? over : { ...over, state: SlaState.MET, metAt: at }
}

/** Nothing is promised any more; a breach stays one. */
export function cancelled(record: SlaRecord, now: Date): SlaRecord {
  if (isStopped(record)) return record
  const ended = resumed(record, now)
  const over = { ...ended, nextAt: null, stoppedAt: now }
  return ended.breachedAt ? over : { ...over, state: SlaState.CANCELLED }
}

/** By other terms from the start on; what was breached or is over stays as it was. */
export function reselected(
  record: SlaRecord,
  policyId: string,
  terms: SlaTerms,
  targetMinutes: number,
  now: Date,
): SlaRecord {
  if (isStopped(record) || record.breachedAt) return record
  return advanced(timed({ ...record, policyId, terms, targetMinutes, atRiskAt: null }), now)
}

/** It was done at another time than was thought: what came of it is told anew. */
export function corrected(record: SlaRecord, at: Date): SlaRecord {
  if (!isStopped(record) || record.state === SlaState.CANCELLED || !record.terms || +at === +record.stoppedAt!)
    return record
  const pauses = record.pauses
    .filter(({ from }) => Date.parse(from) < +at)
    .map(({ from, until }) => ({ from, until: until && Date.parse(until) > +at ? at.toISOString() : until }))
  const anew = { ...record, pauses, atRiskAt: null, breachedAt: null, metAt: null, stoppedAt: null }
  return done(advanced(timed(anew), at), at, at)
}

export enum PauseReason {
  ON_HOLD = 'ON_HOLD',
  OUTSIDE_HOURS = 'OUTSIDE_HOURS',
}

/** For as long as the requester has to tell something, the clocks stand still. */
export const isWaiting = (holdReason: HoldReason | null): boolean => holdReason === 'USER_INFORMATION'

/** Why it stands still, since when and until when; null while it runs, and once it is over. */
export function pauseAt(
  record: SlaRecord,
  at: Date,
): { readonly reason: PauseReason; readonly since: Date | null; readonly until: Date | null } | null {
  if (isStopped(record)) return null
  if (isPaused(record)) return { reason: PauseReason.ON_HOLD, since: new Date(record.pauses.at(-1)!.from), until: null }
  const closed = closedAt(record.terms?.calendar ?? null, +at)
  return closed && { reason: PauseReason.OUTSIDE_HOURS, since: dateOf(closed.since), until: dateOf(closed.until) }
}
