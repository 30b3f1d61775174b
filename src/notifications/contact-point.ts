import { randomBytes } from 'node:crypto'
import { ChannelKind } from './channels/channel.js'

/**
 * Where messages can be sent: a person's phone, mail or webhook, or a channel that is shared. Each person has one that
 * stands for the e-mail address of their account, which moves with the account.
 */
export interface ContactPoint {
  id: string
  /** Whose it is; null: it is shared. */
  userId: string | null
  kind: ChannelKind
  name: string
  /** The address, as it may be shown. */
  masked: string
  ofAccount: boolean
  active: boolean
  createdAt: Date
  updatedAt: Date
}

/** Of a person, not counting the one of the account. */
export const MAXIMUM_CONTACT_POINTS = 20

/** What is sent to webhooks is signed with a secret that both sides know. */
export const hasSecret = (kind: ChannelKind): boolean => kind === ChannelKind.WEBHOOK

/** As Standard Webhooks write it. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
