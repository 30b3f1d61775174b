/** A body that a known sender sent and that could not be accepted; kept so that an administrator can see and replay it. */
export interface DeadLetter {
  id: string
  integrationId: string
  contentType: string
  /** Bytes that came. */
  size: number
  field: string | null
  message: string
  receivedAt: Date
  replayedAt: Date | null
}

/** So many are kept for each integration, the newest. */
export const LETTERS_KEPT = 1_000
/** Bytes that are kept of each; what was longer cannot be replayed. */
export const BODY_KEPT = 512 * 1024

export const isWhole = ({ size }: DeadLetter): boolean => size <= BODY_KEPT
