import type { Fact, NotificationAction, NotificationKind, NotificationUrgency } from '../notification.js'

/** A way by which messages go out. One file each; what they have in common is here. */
export enum ChannelKind {
  EMAIL = 'EMAIL',
  SMS = 'SMS',
  VOICE = 'VOICE',
  SLACK = 'SLACK',
  TEAMS = 'TEAMS',
  WEBHOOK = 'WEBHOOK',
}

/** One thing that is told. A message has several when much happens at once: they are all in it. */
export interface MessageItem {
  readonly notificationId: string
  readonly kind: NotificationKind
  readonly urgency: NotificationUrgency
  readonly subject: string
  readonly title: string
  /** In Markdown. */
  readonly body: string
  readonly facts: readonly Fact[]
  readonly url: string | null
  readonly actions: readonly NotificationAction[]
  readonly createdAt: Date
}

export interface OutgoingMessage {
  /** The same for every attempt: passed on as idempotency key where the counterpart knows such a thing. */
  readonly id: string
  /** An earlier attempt may have arrived, though its outcome is not known. The message says so. */
  readonly possibleDuplicate: boolean
  readonly items: readonly MessageItem[]
}

export interface Sent {
  /** What the counterpart calls it; null when it does not say. */
  readonly providerId: string | null
}

/** Why a message did not go out. Anything else that a channel throws is a bug, and is tried again as if it were this. */
export class DeliveryFailure extends Error {
  constructor(
    message: string,
    options: { readonly permanent?: boolean; readonly retryAfter?: number | null; readonly uncertain?: boolean } = {},
  ) {
    super(message)
    this.permanent = options.permanent ?? false
    this.retryAfter = options.retryAfter ?? null
    this.uncertain = options.uncertain ?? false
  }
  /** Trying again cannot help: a wrong address, a revoked key. */
  readonly permanent: boolean
  /** Milliseconds that the counterpart asks to wait; null when it does not say. */
  readonly retryAfter: number | null
  /** It may have arrived all the same: the answer was lost, or took too long. */
  readonly uncertain: boolean
}

export interface Channel {
  readonly kind: ChannelKind
  /** Milliseconds between two messages to one address; what comes meanwhile is told together. 0: none. */
  readonly spacing: number
  /** The address in its one right form. Errors: BAD_USER_INPUT that names `field`. */
  readonly address: (field: string, value: string) => string | Promise<string>
  /** The address as it may be shown to those who may know that there is one: no secret, no whole number. */
  readonly masked: (address: string) => string
  /** Errors: DeliveryFailure. Comes to an end within 10 seconds. */
  readonly send: (message: OutgoingMessage, address: string, secret: string | null) => Promise<Sent>
  /** Lets go of connections that are kept; nothing is sent after it. */
  readonly close?: () => void
}
