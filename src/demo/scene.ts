import { Visibility } from '../access/rules.js'
import { HoldReason } from '../incidents/incident.js'
import type { Chance } from './chance.js'
import { DRILL_PLOT, PLOTS, type Plot, SECURITY_PLOT } from './plots.js'

/** How far a scene is played. */
export enum Ending {
  TRIGGERED,
  ACKNOWLEDGED,
  STARTED,
  MITIGATED,
  HELD,
  RESOLVED,
  REOPENED,
  CLOSED,
  CANCELLED,
}

/** One plot, at one time, up to one ending. */
export interface Scene {
  readonly plot: Plot
  readonly startedAt: Date
  readonly ending: Ending
  readonly holdReason?: HoldReason
  readonly visibility?: Visibility
  readonly drill?: boolean
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Played from fourteen to two days ago; those of the last days are below. */
const EARLIER = 48

/** What is going on when somebody looks at the demo for the first time: plot, hours ago, ending. */
const PRESENT: readonly (Omit<Scene, 'startedAt'> & { readonly hoursAgo: number })[] = [
  { plot: PLOTS[0]!, hoursAgo: 30, ending: Ending.RESOLVED },
  {
    ...{ plot: SECURITY_PLOT, hoursAgo: 26, ending: Ending.HELD },
    ...{ holdReason: HoldReason.EVIDENCE, visibility: Visibility.RESTRICTED },
  },
  { plot: PLOTS[2]!, hoursAgo: 20, ending: Ending.REOPENED },
  { plot: PLOTS[3]!, hoursAgo: 14, ending: Ending.HELD, holdReason: HoldReason.PROBLEM },
  { plot: PLOTS[4]!, hoursAgo: 9, ending: Ending.HELD, holdReason: HoldReason.USER_INFORMATION },
  { plot: PLOTS[5]!, hoursAgo: 6, ending: Ending.MITIGATED },
  { plot: PLOTS[6]!, hoursAgo: 5, ending: Ending.HELD, holdReason: HoldReason.VENDOR },
  { plot: PLOTS[7]!, hoursAgo: 2.5, ending: Ending.STARTED, visibility: Visibility.TEAM },
  { plot: PLOTS[8]!, hoursAgo: 1.2, ending: Ending.ACKNOWLEDGED },
  { plot: PLOTS[1]!, hoursAgo: 0.6, ending: Ending.STARTED },
  { plot: PLOTS[10]!, hoursAgo: 0.25, ending: Ending.TRIGGERED },
  { plot: PLOTS[11]!, hoursAgo: 0.1, ending: Ending.TRIGGERED },
]

/** The last two weeks, oldest first. */
export function scenesUntil(now: Date, chance: Chance): Scene[] {
  const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds)
  const earlier = Array.from({ length: EARLIER }, (_, n): Scene => {
    const startedAt = ago(14 * DAY - (n / EARLIER) * 12 * DAY - chance.between(0, 4 * 60 * MINUTE))
    if (n === 20) return { plot: DRILL_PLOT, startedAt, ending: Ending.CLOSED, drill: true }
    const ending = n % 14 === 5 ? Ending.CANCELLED : n < EARLIER - 6 ? Ending.CLOSED : Ending.RESOLVED
    return {
      plot: PLOTS[n % PLOTS.length]!,
      startedAt,
      ending,
      ...(n % 17 === 3 ? { visibility: Visibility.TEAM } : {}),
    }
  })
  return [
    ...earlier,
    ...PRESENT.map(({ hoursAgo, ...scene }) => ({ ...scene, startedAt: ago(hoursAgo * 60 * MINUTE) })),
  ]
}
