/**
 * Somebody's job that reports in at regular times, and is missed when it does not. Its clock starts with its first beat:
 * what has never been heard of is awaited, however long that takes. Nothing is expected of one that is switched off, and
 * when it is switched on again its clock starts anew.
 */
export enum HeartbeatStatus {
  AWAITED = 'AWAITED',
  ALIVE = 'ALIVE',
  FAILED = 'FAILED',
  SILENT = 'SILENT',
}

export interface HeartbeatTerms {
  /** How often the job reports in. */
  readonly everySeconds: number
  /** How much later than that it may be. */
  readonly graceSeconds: number
}

export interface Heartbeat extends HeartbeatTerms {
  readonly integrationId: string
  readonly status: HeartbeatStatus
  /** When it was last heard of, whatever it said. */
  readonly lastBeatAt: Date | null
  /** When it will be missed; null while it is awaited. */
  readonly expectedBy: Date | null
}

/** The task that looks whether a job is missed, by the id of its integration. */
export const HEARTBEAT_TIMER = 'heartbeat'

const DAY = 86_400 // seconds
/** Of both terms, in seconds. The longest is a month and a day: monthly jobs are the rarest that are watched. */
export const HEARTBEAT_BOUNDS = { minimum: 10, maximum: 32 * DAY }

export const awaited = (integrationId: string, { everySeconds, graceSeconds }: HeartbeatTerms): Heartbeat => ({
  integrationId,
  everySeconds,
  graceSeconds,
  status: HeartbeatStatus.AWAITED,
  lastBeatAt: null,
  expectedBy: null,
})

const expectedAfter = (beat: Date, { everySeconds, graceSeconds }: HeartbeatTerms): Date =>
  new Date(beat.getTime() + (everySeconds + graceSeconds) * 1000)

/** @param failed what the job says of itself */
export const beaten = (heartbeat: Heartbeat, at: Date, failed: boolean): Heartbeat => ({
  ...heartbeat,
  status: failed ? HeartbeatStatus.FAILED : HeartbeatStatus.ALIVE,
  lastBeatAt: at,
  expectedBy: expectedAfter(at, heartbeat),
})

export const withTerms = (heartbeat: Heartbeat, terms: HeartbeatTerms): Heartbeat => ({
  ...heartbeat,
  ...terms,
  expectedBy: heartbeat.expectedBy && expectedAfter(heartbeat.lastBeatAt!, terms),
})

export const switchedOff = (heartbeat: Heartbeat): Heartbeat => ({
  ...heartbeat,
  status: HeartbeatStatus.AWAITED,
  expectedBy: null,
})

/** Whether it is to be watched for: what is known to be silent is not missed again. */
export const isWatched = ({ status }: Pick<Heartbeat, 'status'>): boolean =>
  status === HeartbeatStatus.ALIVE || status === HeartbeatStatus.FAILED

export const isMissed = (heartbeat: Heartbeat, now: Date): boolean =>
  isWatched(heartbeat) && heartbeat.expectedBy! <= now

/** A beat says nothing new so soon after another one: it is not worth a write. */
const SAME_BEAT = 1_000 // milliseconds

export const isRepeated = ({ status, lastBeatAt }: Heartbeat, at: Date): boolean =>
  status === HeartbeatStatus.ALIVE && at.getTime() - lastBeatAt!.getTime() < SAME_BEAT
