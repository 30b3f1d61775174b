import { ACCESS_CHANGED, type AccessChange } from '../access/access-event.js'
import type { LogEvent } from '../events/event-log.js'
import type { Actor } from '../platform/actor.js'

/**
 * Who is connected. A session ends when the access behind it changes or expires; its client comes back, signs in again
 * and goes on from its last cursor under the new rules, or is refused.
 */

export interface Session {
  readonly actor: Actor
  /** Ends the connection in a way that clients may retry. */
  readonly end: (reason: 'access changed' | 'sign-in expired' | 'shutting down') => void
}

const SWEEP_EVERY = 500 // milliseconds

export class Sessions {
  private readonly sessions = new Set<Session>()
  private readonly sweeper: NodeJS.Timeout
  private closed = false

  constructor(private readonly now: () => Date) {
    this.sweeper = setInterval(() => this.sweep(), SWEEP_EVERY)
    this.sweeper.unref()
  }

  get size(): number {
    return this.sessions.size
  }

  /** Answers how to leave again. */
  add(session: Session): () => void {
    if (this.closed) session.end('shutting down')
    else this.sessions.add(session)
    return () => this.sessions.delete(session)
  }

  onEvents(events: readonly LogEvent[]): void {
    for (const event of events) {
      if (event.type !== ACCESS_CHANGED) continue
      const { userId, tokenId } = event.payload as AccessChange
      for (const session of this.sessions)
        if (session.actor.id === userId && (tokenId === null || session.actor.tokenId === tokenId))
          this.end(session, 'access changed')
    }
  }

  endAll(): void {
    this.closed = true
    clearInterval(this.sweeper)
    for (const session of this.sessions) this.end(session, 'shutting down')
  }

  private sweep(): void {
    const now = this.now()
    for (const session of this.sessions)
      if (session.actor.expiresAt && session.actor.expiresAt <= now) this.end(session, 'sign-in expired')
  }

  private end(session: Session, reason: Parameters<Session['end']>[0]): void {
    this.sessions.delete(session)
    session.end(reason)
  }
}
