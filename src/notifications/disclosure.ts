import type { Context } from '../platform/context.js'
import type { NewNotification, NotificationKind } from './notification.js'

/**
 * What somebody may know now they may not when the message goes out: quiet hours last a night, and rules wait. So it is
 * asked again right before, of the part of the house that the subject belongs to. `src/disclosures.ts` lists all of them;
 * what is listed nowhere may be told.
 */
export interface Disclosure {
  readonly kind: NotificationKind
  /** Answers, in order, which of them may be told now. */
  readonly mayBeTold: (ctx: Context, notifications: readonly Told[]) => Promise<boolean[]>
}

export type Told = Pick<NewNotification, 'kind' | 'subject' | 'userId' | 'contactPointId' | 'title'>

let disclosures: readonly Disclosure[] = []

/** Set once, before anything is sent. */
export const installDisclosures = (all: readonly Disclosure[]): void => void (disclosures = all)

/** Those that may be told now. What is left out is never to be sent. */
export async function mayBeTold<T extends Told>(ctx: Context, notifications: readonly T[]): Promise<T[]> {
  const withheld = new Set<T>()
  for (const { kind, mayBeTold } of disclosures) {
    const its = notifications.filter((notification) => notification.kind === kind)
    const answers = its.length > 0 ? await mayBeTold(ctx, its) : []
    for (const [n, notification] of its.entries()) if (!answers[n]) withheld.add(notification)
  }
  return notifications.filter((notification) => !withheld.has(notification))
}
