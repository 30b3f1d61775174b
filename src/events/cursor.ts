/**
 * A place in the event log. A serial id alone is no place: a slower transaction commits later with a lower id. The log
 * is read in the order of (transaction id, id) and only up to the oldest transaction still running, so what has been
 * passed never grows. The epoch names the history: after a restore it is another one, and an old cursor is refused.
 */
export interface Position {
  readonly xid: number
  readonly id: number
}

export const isAfter = (a: Position, b: Position): boolean => a.xid > b.xid || (a.xid === b.xid && a.id > b.id)

export const encodeCursor = (epoch: string, { xid, id }: Position): string =>
  Buffer.from(`${epoch}.${xid}.${id}`).toString('base64url')

/** Null when the text was never a cursor. */
export function decodeCursor(cursor: string): { epoch: string; position: Position } | null {
  const match = /^([0-9a-z]{8})\.(\d{1,15})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  return match ? { epoch: match[1]!, position: { xid: Number(match[2]), id: Number(match[3]) } } : null
}
