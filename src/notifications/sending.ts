import { Counter } from 'prom-client'
import { Batches } from '../platform/batches.js'
import { type Context, inTransaction } from '../platform/context.js'
import { type Job, addJobs } from '../platform/jobs.js'
import { groupBy } from '../platform/loader.js'
import type { Logger } from '../platform/log.js'
import { registry } from '../platform/metrics.js'
import { sealerOf } from '../platform/sealing.js'
import { type ChannelKind, DeliveryFailure, type OutgoingMessage, type Sent } from './channels/channel.js'
import type { Channels } from './configured-channels.js'
import { mayBeTold } from './disclosure.js'
import { AttemptOutcome, MessageState, waitAfter } from './message.js'
import {
  type CarriedItem,
  type Ending,
  type LockedMessage,
  beginAttempts,
  cancelMessages,
  endAttempts,
  giveUpWaiting,
  holdItems,
  lockMessages,
  notificationsOf,
  withhold,
} from './message.store.js'
import { MESSAGE_SEND, NOTIFICATION_UNREACHED } from './notification.jobs.js'
import type { NotificationAction } from './notification.js'

/**
 * Sends messages. An attempt is three steps: the intent is committed, the channel is called, the outcome is recorded.
 * Many attempts share the transactions of the first step and of the last.
 *
 * - The first step locks what the message carries. What was withdrawn before is not in it; what is being withdrawn at
 *   this moment makes the message wait until that is decided. Whoever withdraws later waits for this commit: so no
 *   attempt begins after a withdrawal was committed.
 * - What may not be told any more is taken out (disclosure.ts).
 * - It also takes the message for longer than a call can last, by the database's clock. Another node that comes upon it
 *   meanwhile looks again when that is over.
 * - An attempt that has no outcome by then was cut off by a crash: nobody knows whether it arrived. It is sent again,
 *   under the same id, and marked as a possible duplicate.
 */

/** A channel ends its calls within ten seconds; this is for one that does not. */
const LONGEST_CALL = 12_000 // milliseconds
const LEASE = 20_000 // milliseconds
const LOOK_AGAIN = 100 // milliseconds
const BATCH = { size: 100, atOnce: 2 }
const ERROR_KEPT = 500 // characters

const attempts = new Counter({
  name: 'tocsin_notification_attempts_total',
  help: 'Attempts to send a message.',
  labelNames: ['channel', 'outcome'],
  registers: [registry],
})

interface Attempt {
  readonly number: number
  readonly failures: number
  readonly kind: ChannelKind
  readonly message: OutgoingMessage
  readonly address: string
  readonly secret: string | null
}

interface Wanted {
  readonly ctx: Context
  readonly id: string
  /** Set when it is this one's turn. */
  attempt: Attempt | null
}

export class MessageSender {
  private readonly beginnings = new Batches<Wanted>((members) => this.begin(members), BATCH)
  private readonly endings = new Batches<{ readonly ctx: Context; readonly ending: Ending }>(
    (members) =>
      this.end(
        members[0]!.ctx,
        members.map(({ ending }) => ending),
      ),
    BATCH,
  )

  constructor(
    private readonly channels: Channels,
    private readonly log: Logger,
  ) {}

  /** Does nothing when the message is not due, or somebody else has it. */
  async send(ctx: Context, id: string): Promise<void> {
    const wanted: Wanted = { ctx, id, attempt: null }
    await this.beginnings.add(wanted)
    const { attempt } = wanted
    if (!attempt) return
    const ending = await this.call(ctx, attempt)
    attempts.inc({ channel: attempt.kind, outcome: ending.outcome })
    await this.endings.add({ ctx, ending })
  }

  private async begin(members: readonly Wanted[]): Promise<void> {
    const byId = new Map(members.map((wanted) => [wanted.id, wanted]))
    const begun = await inTransaction(members[0]!.ctx, (ctx) => this.takeUp(ctx, [...byId.keys()]))
    for (const attempt of begun) byId.get(attempt.message.id)!.attempt = attempt
  }

  private async takeUp(ctx: Context, ids: readonly string[]): Promise<Attempt[]> {
    const now = ctx.now()
    const later: Job[] = []
    const sendAfter = (id: string, delay: number) =>
      later.push({ task: MESSAGE_SEND, id, at: new Date(now.getTime() + delay) })

    const due: LockedMessage[] = []
    for (const message of await lockMessages(ctx, ids)) {
      if (message.dueAt === null) continue
      const wait = message.leaseLeft ?? message.dueAt.getTime() - now.getTime()
      if (wait > 0) sendAfter(message.id, wait)
      else due.push(message)
    }
    const cutOff = due.filter(({ state }) => state === MessageState.SENDING)
    await giveUpWaiting(ctx, idsOf(cutOff))

    const items = groupBy(await this.tellable(ctx, await holdItems(ctx, idsOf(due))), ({ messageId }) => messageId)
    const cancelled: LockedMessage[] = []
    const begun: { attempt: Attempt; items: readonly CarriedItem[] }[] = []
    for (const message of due) {
      const its = items.get(message.id) ?? []
      if (its.length === 0 || !message.inUse) cancelled.push(message)
      else if (its.some(({ held }) => !held)) sendAfter(message.id, LOOK_AGAIN)
      else begun.push({ attempt: attemptAt(ctx, message, its), items: its })
    }
    await cancelMessages(ctx, idsOf(cancelled))
    for (const id of await notificationsOf(ctx, idsOf(cancelled)))
      later.push({ task: NOTIFICATION_UNREACHED, id, at: now })
    const beginnings = begun.map(({ attempt: { message, number }, items }) => ({
      id: message.id,
      number,
      possibleDuplicate: message.possibleDuplicate,
      deliveryIds: items.map(({ deliveryId }) => deliveryId),
    }))
    await beginAttempts(ctx, beginnings, LEASE)
    await addJobs(ctx, later)
    return begun.map(({ attempt }) => attempt)
  }

  /** What may be told now; the rest never is. What is being withdrawn is not asked about: that is decided in a moment. */
  private async tellable(ctx: Context, items: readonly CarriedItem[]): Promise<CarriedItem[]> {
    const held = items.filter((item) => item.held)
    const told = new Set(await mayBeTold(ctx, held))
    const withheld = held.filter((item) => !told.has(item))
    await withhold(
      ctx,
      withheld.map(({ deliveryId }) => deliveryId),
    )
    return items.filter((item) => !withheld.includes(item))
  }

  private async call(ctx: Context, attempt: Attempt): Promise<Ending> {
    const { number, message, failures } = attempt
    const ended = { id: message.id, number, providerId: null, error: null, failures, dueAt: null }
    try {
      const { providerId } = await this.callInTime(attempt)
      return { ...ended, outcome: AttemptOutcome.SENT, providerId, endedAt: ctx.now(), state: MessageState.SENT }
    } catch (error) {
      const failure = this.failureOf(attempt, error)
      const endedAt = ctx.now()
      const wait = waitAfter(failures + 1, failure, Math.random())
      return {
        ...ended,
        outcome: failure.uncertain ? AttemptOutcome.UNKNOWN : AttemptOutcome.FAILED,
        error: withoutSecrets(failure.message, attempt).slice(0, ERROR_KEPT),
        endedAt,
        state: wait === null ? MessageState.DEAD : MessageState.WAITING,
        failures: failures + 1,
        dueAt: wait === null ? null : new Date(endedAt.getTime() + wait),
      }
    }
  }

  private async callInTime({ kind, message, address, secret }: Attempt): Promise<Sent> {
    const channel = this.channels.get(kind)
    if (!channel) throw new DeliveryFailure(`This server is not set up to send by ${kind}.`, { permanent: true })
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<never>((_, reject) => {
      const message = `No answer within ${LONGEST_CALL / 1000} seconds.`
      timer = setTimeout(() => reject(new DeliveryFailure(message, { uncertain: true })), LONGEST_CALL)
    })
    try {
      return await Promise.race([channel.send(message, address, secret), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Nobody knows what a channel has done that throws anything else. */
  private failureOf(attempt: Attempt, error: unknown): DeliveryFailure {
    if (error instanceof DeliveryFailure) return error
    const told = withoutSecrets(error instanceof Error ? (error.stack ?? error.message) : String(error), attempt)
    this.log.error({ channel: attempt.kind, messageId: attempt.message.id, error: told }, 'a channel failed')
    return new DeliveryFailure('The channel failed; the log of the server tells why.', { uncertain: true })
  }

  /** What has arrived is recorded at once; nothing else follows from it. */
  private async end(ctx: Context, endings: readonly Ending[]): Promise<void> {
    const sent = endings.filter(({ state }) => state === MessageState.SENT)
    await endAttempts(ctx, sent)
    const failed = endings.filter((ending) => !sent.includes(ending))
    if (failed.length > 0) await this.endInVain(ctx, failed)
  }

  private endInVain(ctx: Context, endings: readonly Ending[]): Promise<void> {
    return inTransaction(ctx, async (ctx) => {
      const counted = await endAttempts(ctx, endings)
      const its = endings.filter(({ id }) => counted.has(id))
      const dead = its.filter(({ state }) => state === MessageState.DEAD)
      const lost = await notificationsOf(ctx, idsOf(dead))
      await addJobs(ctx, [
        ...its.flatMap(({ id, dueAt }) => (dueAt ? [{ task: MESSAGE_SEND, id, at: dueAt }] : [])),
        ...lost.map((id) => ({ task: NOTIFICATION_UNREACHED, id, at: ctx.now() })),
      ])
    })
  }
}

const idsOf = (messages: readonly { readonly id: string }[]): string[] => messages.map(({ id }) => id)

function attemptAt(ctx: Context, message: LockedMessage, items: readonly CarriedItem[]): Attempt {
  const { id, contactPointId, attempts, failures, kind, uncertain, state, email } = message
  const sealer = sealerOf(ctx.db.source)
  const open = (sealed: Buffer | null, about: string) => sealed && sealer.open(sealed, about)
  return {
    number: attempts + 1,
    failures,
    kind,
    address: email ?? open(message.address, contactPointId) ?? '',
    secret: open(message.secret, contactPointId),
    message: {
      id,
      possibleDuplicate: uncertain || state === MessageState.SENDING,
      items: items.map(({ notificationId, kind, urgency, subject, title, body, facts, url, createdAt, actions }) => ({
        ...{ notificationId, kind, urgency, subject, title, body, facts, url, createdAt },
        actions: JSON.parse(open(actions, notificationId) ?? '[]') as NotificationAction[],
      })),
    },
  }
}

/** What the error of a library says may hold the address that it was given, which may be a secret. */
function withoutSecrets(text: string, { address, secret }: Attempt): string {
  const secrets = [secret, address].filter((value) => value !== null && value !== '')
  return secrets.reduce<string>((text, value) => text.replaceAll(value!, '(hidden)'), text)
}
