/**
 * What somebody is to be told. A notification is for a person, whose own rules decide by which ways and when it reaches
 * them, or for one contact point: a team's Slack channel, a webhook. It is written in the transaction of what it tells;
 * its deliveries follow by themselves.
 */
export enum NotificationKind {
  /** Take this incident. */
  PAGE = 'PAGE',
  /** You took it a while ago: are you still on it? */
  ACKNOWLEDGEMENT_EXPIRED = 'ACKNOWLEDGEMENT_EXPIRED',
  STATUS_UPDATE = 'STATUS_UPDATE',
  /** There is news of what you reported. */
  REQUEST = 'REQUEST',
  /** Your turn begins, or a swap is asked of you. */
  ON_CALL = 'ON_CALL',
  /** What was promised for an incident is at risk, or broken. */
  SLA = 'SLA',
  /** An article of the knowledge base wants to be looked at. */
  ARTICLE = 'ARTICLE',
  TEST = 'TEST',
}

/** HIGH reaches people at night; LOW waits for their quiet hours to end. */
export enum NotificationUrgency {
  HIGH = 'HIGH',
  LOW = 'LOW',
}

export interface Fact {
  readonly name: string
  readonly value: string
}

/** Something that the recipient may do from the message itself. */
export interface NotificationAction {
  /** On the button: `Acknowledge`. */
  readonly label: string
  /** Signed by whoever offers it; a Slack button sends it back as its value. */
  readonly token: string
  /** The page with the same button, for e-mail and text messages. */
  readonly url: string
}

export interface NewNotification {
  /** Made by `newId('notification')` where the caller has to know it; else left out. */
  readonly id?: string
  /** For whom: exactly one of the two. */
  readonly userId: string | null
  readonly contactPointId: string | null
  readonly kind: NotificationKind
  readonly urgency: NotificationUrgency
  /** What it is about, such as the id of an incident; `withdraw` takes back by it. */
  readonly subject: string
  /** The incident that decides who else may read it; null where none does. */
  readonly incidentId: string | null
  /** In a line: `#142 P1 Checkout returns 500`. */
  readonly title: string
  /** In Markdown. */
  readonly body: string
  readonly facts: readonly Fact[]
  /** Where more is to be seen; null for nowhere. */
  readonly url: string | null
  readonly actions: readonly NotificationAction[]
}
