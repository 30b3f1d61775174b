import type { DataSource } from 'typeorm'
import { poolOf } from '../platform/database.js'

/**
 * Tells followers that something was committed. It rings after the commit and outside its transaction (a NOTIFY inside
 * takes a global lock until commit), and while one ring is under way later ones merge into the next. A ring can be lost
 * with its process; followers look by themselves once a second.
 */
export const CHANNEL = 'tocsin_events'

interface Bell {
  /** Highest transaction id not yet rung for; 0 when none waits. */
  waiting: number
  ringing: boolean
  readonly listeners: Set<(xid: number) => void>
}

const bells = new WeakMap<DataSource, Bell>()

function bellOf(source: DataSource): Bell {
  let bell = bells.get(source)
  if (!bell) bells.set(source, (bell = { waiting: 0, ringing: false, listeners: new Set() }))
  return bell
}

/** Hears the rings of this process without a way through the database. */
export function onRing(source: DataSource, listener: (xid: number) => void): () => void {
  const { listeners } = bellOf(source)
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function ring(source: DataSource, xid: number): void {
  const bell = bellOf(source)
  for (const listener of bell.listeners) listener(xid)
  bell.waiting = Math.max(bell.waiting, xid)
  if (!bell.ringing) void ringOthers(source, bell)
}

async function ringOthers(source: DataSource, bell: Bell): Promise<void> {
  bell.ringing = true
  try {
    while (bell.waiting > 0 && source.isInitialized) {
      const xid = bell.waiting
      bell.waiting = 0
      await poolOf(source).query({ name: 'ring', text: 'SELECT pg_notify($1, $2)', values: [CHANNEL, String(xid)] })
    }
  } catch {
    // The other nodes look by themselves within a second.
  } finally {
    bell.ringing = false
  }
}
