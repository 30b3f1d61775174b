import type { Priority } from '../incidents/incident.js'
import { badInput } from '../platform/errors.js'
import { timeZone } from '../platform/input.js'
import { DAY, firstMomentOf } from '../platform/wall-clock.js'
import type { SlaKind } from '../sla/sla-record.js'
import { type Document, durationText, heading, paragraph, table } from './document.js'

/** What happened in a week or a month: of the incidents that the viewer may read, without drills. */

export enum SummaryPeriod {
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

export interface SummaryRequest {
  readonly period: SummaryPeriod
  /** `YYYY-MM-DD`: the first day. */
  readonly start: string
  readonly timeZone: string
  readonly teamId?: string | null
}

export interface Counts {
  readonly opened: number
  readonly resolved: number
  /** Median seconds from the opening to the first acknowledgement, and to the resolution; null where there was none. */
  readonly secondsToAcknowledge: number | null
  readonly secondsToResolve: number | null
}

export interface SlaCompliance {
  readonly kind: SlaKind
  /** Ended or broken within the period. */
  readonly decided: number
  readonly met: number
}

export interface SummaryReport extends Counts {
  readonly period: SummaryPeriod
  readonly start: string
  readonly timeZone: string
  readonly from: Date
  readonly until: Date
  readonly generatedAt: Date
  readonly teamName: string | null
  /** Not over at the end of the period, or now. */
  readonly open: number
  readonly reopened: number
  readonly byPriority: readonly (Counts & { readonly priority: Priority })[]
  /** The ten with the most. */
  readonly byService: readonly { readonly service: string; readonly opened: number; readonly resolved: number }[]
  readonly byDay: readonly { readonly day: string; readonly opened: number; readonly resolved: number }[]
  readonly sla: readonly SlaCompliance[]
}

/** Days of a period, and its moments. Errors: BAD_USER_INPUT. */
export function rangeOf({ period, start, timeZone: zone }: SummaryRequest) {
  const first = /^(19[7-9]\d|20\d\d|21[0-8]\d)-\d\d-\d\d$/.test(start) ? Date.parse(`${start}T00:00:00Z`) : NaN
  if (Number.isNaN(first) || dayText(first) !== start)
    throw badInput('start', `Must be a day that exists, such as 2026-11-01, not ${JSON.stringify(start)}.`)
  const timeZoneName = timeZone('timeZone', zone)
  const end = period === SummaryPeriod.WEEK ? first + 7 * DAY : monthAfter(first)
  const days = Array.from({ length: Math.round((end - first) / DAY) }, (_, n) => dayText(first + n * DAY))
  return {
    ...{ timeZone: timeZoneName, days },
    from: new Date(firstMomentOf(timeZoneName, first)),
    until: new Date(firstMomentOf(timeZoneName, end)),
  }
}

const dayText = (reading: number): string => new Date(reading).toISOString().slice(0, 10)

/** The same day of the next month, or its last day: from 31 January on it is a month until 28 February. */
function monthAfter(first: number): number {
  const date = new Date(first)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const last = new Date(Date.UTC(year, month + 2, 0)).getUTCDate()
  return Date.UTC(year, month + 1, Math.min(date.getUTCDate(), last))
}

export const ratio = ({ decided, met }: SlaCompliance): number | null => (decided === 0 ? null : met / decided)

const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 1_000) / 10} %`)

const title = ({ period, start, teamName }: SummaryReport) =>
  `${period === SummaryPeriod.WEEK ? 'Week' : 'Month'} from ${start}${teamName === null ? '' : `: ${teamName}`}`

const NAMES = { RESPONSE: 'Response', RESOLUTION: 'Resolution' }

export function documentOf(report: SummaryReport): Document {
  const { byPriority, byService, byDay, sla } = report
  const chart = (
    name: string,
    categories: readonly string[],
    rows: readonly { opened: number; resolved: number }[],
  ) => ({
    kind: 'chart' as const,
    chart: {
      ...{ title: name, categories },
      series: [
        { name: 'Opened', values: rows.map(({ opened }) => opened) },
        { name: 'Resolved', values: rows.map(({ resolved }) => resolved) },
      ],
    },
  })
  return {
    title: title(report),
    blocks: [
      paragraph(
        `${report.opened} incidents were opened and ${report.resolved} resolved; ${report.open} are open at the end. ` +
          `Days are those of ${report.timeZone}. Drills are left out.`,
      ),
      ...table(
        'Figures',
        ['What', 'Value'],
        [
          ['Median time to acknowledge', durationText(report.secondsToAcknowledge)],
          ['Median time to resolve', durationText(report.secondsToResolve)],
          ['Reopened', String(report.reopened)],
          ...sla.map((one) => [
            `${NAMES[one.kind]} within target`,
            `${percent(ratio(one))} (${one.met} of ${one.decided})`,
          ]),
        ],
      ),
      ...heading('By day', [
        chart(
          'Incidents by day',
          byDay.map(({ day }) => day.slice(5)),
          byDay,
        ),
        ...table(
          '',
          ['Day', 'Opened', 'Resolved'],
          byDay.map(({ day, opened, resolved }) => [day, String(opened), String(resolved)]),
        ).slice(1),
      ]),
      ...heading('By priority', [
        chart(
          'Incidents by priority',
          byPriority.map(({ priority }) => priority),
          byPriority,
        ),
        ...table(
          '',
          ['Priority', 'Opened', 'Resolved', 'To acknowledge', 'To resolve'],
          byPriority.map(({ priority, opened, resolved, secondsToAcknowledge, secondsToResolve }) => [
            ...[priority, String(opened), String(resolved)],
            ...[durationText(secondsToAcknowledge), durationText(secondsToResolve)],
          ]),
        ).slice(1),
      ]),
      ...table(
        'By service',
        ['Service', 'Opened', 'Resolved'],
        byService.map(({ service, opened, resolved }) => [service, String(opened), String(resolved)]),
      ),
    ],
  }
}
