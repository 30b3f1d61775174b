/**
 * An alert: one occurrence of something that a monitoring tool reports, from its start to its end, however often it is
 * reported in between.
 */

export enum AlertStatus {
  OPEN = 'OPEN',
  ENDED = 'ENDED',
}

export enum Severity {
  CRITICAL = 'CRITICAL',
  ERROR = 'ERROR',
  WARNING = 'WARNING',
  INFO = 'INFO',
}

export interface AlertLink {
  readonly url: string
  readonly text: string
}

export interface Alert {
  id: string
  integrationId: string
  incidentId: string
  /** What tells it from others of its integration. */
  dedupKey: string
  /** Where the sender dates its occurrences, the date of this one: text that sorts by age. */
  episode: string | null
  /** What the alerts of one incident have in common, in the words of the sender. */
  groupKey: string
  status: AlertStatus
  severity: Severity
  summary: string
  description: string
  source: string
  labels: Record<string, string>
  /** What else the sender said. */
  details: Record<string, unknown>
  links: AlertLink[]
  serviceId: string | null
  /** When it began, if the sender says so. */
  startedAt: Date | null
  firstSeenAt: Date
  /** When it was last reported as still there. */
  lastSeenAt: Date
  endedAt: Date | null
  /** How often it was reported as there. */
  occurrences: number
}

const RANK: Record<Severity, number> = { CRITICAL: 3, ERROR: 2, WARNING: 1, INFO: 0 }

export const isWorse = (severity: Severity, than: Severity): boolean => RANK[severity] > RANK[than]

const WORDS: Record<Severity, readonly string[]> = {
  CRITICAL: ['critical', 'crit', 'fatal', 'emergency', 'emerg', 'alert', 'disaster', 'page', 'high', 'p1', 'sev1'],
  ERROR: ['error', 'err', 'major', 'p2', 'sev2'],
  WARNING: ['warning', 'warn', 'minor', 'medium', 'moderate', 'average', 'p3', 'sev3'],
  INFO: ['info', 'information', 'informational', 'notice', 'debug', 'none', 'ok', 'low', 'p4', 'p5', 'sev4', 'sev5'],
}
const BY_WORD = new Map(Object.entries(WORDS).flatMap(([name, words]) => words.map((word) => [word, name as Severity])))

/** What monitoring tools call severities; a word that nobody knows is a WARNING. */
export const severityOf = (word: string): Severity => BY_WORD.get(word.trim().toLowerCase()) ?? Severity.WARNING
