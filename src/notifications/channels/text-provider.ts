import { badInput } from '../../platform/errors.js'
import { TELEPHONE } from '../../platform/input.js'
import { cut } from '../../platform/text.js'
import type { MessageItem, OutgoingMessage } from './channel.js'
import { plainText } from './markdown.js'
import { headline, oneLine } from './wording.js'

/** Who carries text messages and calls. Both answer what the provider calls it; errors: DeliveryFailure. */
export interface TextProvider {
  /** @param id the same for every attempt */
  readonly sms: (id: string, to: string, text: string) => Promise<string | null>
  /** @param script what is said, twice */
  readonly call: (id: string, to: string, script: string) => Promise<string | null>
}

/** A telephone number as E.164 writes it: what people put between the digits is left out. */
export function telephone(field: string, value: string): string {
  const number = value.replace(/[\s().\-/]/g, '')
  if (!TELEPHONE.test(number)) throw badInput(field, 'Must be a telephone number such as +49 30 123456.')
  return number
}

export const maskedTelephone = (number: string): string => `${number.slice(0, 3)}•••${number.slice(-2)}`

const TITLE = 160
const BODY = 160

/** Short enough for a screen, or an ear: how many there are, the first title, and what there is to say of the only one. */
export function inBrief(message: OutgoingMessage): string[] {
  const [only, ...more] = message.items
  const body = more.length === 0 ? briefBody(only!) : ''
  return [cut(headline(message), TITLE), ...(body ? [body] : [])]
}

const briefBody = ({ body }: MessageItem) => cut(oneLine(plainText(cut(body, 4 * BODY))), BODY)
