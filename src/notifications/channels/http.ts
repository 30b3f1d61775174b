import {
  type OutgoingAnswer,
  OutgoingFailure,
  type OutgoingRequest,
  type OutgoingRules,
  post,
} from '../../platform/outgoing.js'
import { DeliveryFailure } from './channel.js'

/** HTTP in the words of channels: what went wrong, and whether trying again can help. */

/** Sends a POST and answers whatever comes back. Errors: DeliveryFailure when nothing does. */
export async function postOrFail(url: string, request: OutgoingRequest, rules: OutgoingRules): Promise<OutgoingAnswer> {
  try {
    return await post(url, request, rules)
  } catch (error) {
    if (!(error instanceof OutgoingFailure)) throw error
    throw new DeliveryFailure(error.message, { permanent: error.refused, uncertain: error.sent })
  }
}

export const isSuccess = ({ status }: OutgoingAnswer) => status >= 200 && status < 300

/** The counterpart may think otherwise later; whatever else it says it will say again. */
export const mayPass = ({ status }: OutgoingAnswer) => status === 408 || status === 429 || status >= 500

/** Of gateways: whoever stands behind them may have done it all the same. */
const ANSWER_LOST: readonly number[] = [502, 504]

export const failureOf = ({ status, headers }: OutgoingAnswer, permanent: boolean, told = '') =>
  new DeliveryFailure(`answered ${status}${told && `: ${told}`}`, {
    permanent,
    retryAfter: retryAfter(headers['retry-after']),
    uncertain: ANSWER_LOST.includes(status),
  })

/** Milliseconds. @param header seconds, or a moment; what is neither says nothing */
export function retryAfter(header: string | undefined): number | null {
  if (!header) return null
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(wait) ? null : Math.max(wait, 0)
}

/** What comes after the host is often a secret. */
export const maskedUrl = (address: string): string => `${new URL(address).origin}/•••`
