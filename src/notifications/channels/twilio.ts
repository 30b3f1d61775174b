import type { Config } from '../../platform/config.js'
import { TRUSTED } from '../../platform/outgoing.js'
import { cut } from '../../platform/text.js'
import { failureOf, isSuccess, mayPass, postOrFail } from './http.js'
import type { TextProvider } from './text-provider.js'
import { escapeMarkup, oneLine } from './wording.js'

/**
 * Twilio's REST API (https://www.twilio.com/docs/usage/api). Twilio does not promise to know a repeat; the id of the
 * message is passed on all the same, for its logs and for those that stand in for it.
 */
export function twilio({ accountSid, authToken, from, apiUrl }: NonNullable<Config['twilio']>): TextProvider {
  const account = `${apiUrl}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}`
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const create = async (kind: 'Messages' | 'Calls', id: string, form: Record<string, string>) => {
    const headers = {
      authorization,
      'content-type': 'application/x-www-form-urlencoded',
      'i-twilio-idempotency-token': id,
    }
    const body = new URLSearchParams({ From: from, ...form }).toString()
    const answer = await postOrFail(`${account}/${kind}.json`, { headers, body }, TRUSTED)
    const { sid, code, message } = parsed(answer.body)
    if (isSuccess(answer)) return typeof sid === 'string' ? sid : null
    throw failureOf(answer, !mayPass(answer), cut(oneLine(`${code ?? ''} ${message ?? ''}`), 300))
  }
  return {
    sms: (id, to, text) => create('Messages', id, { To: to, Body: text }),
    call: (id, to, script) => create('Calls', id, { To: to, Twiml: twiml(script) }),
  }
}

/** The pause is for the time that a telephone takes to an ear. */
const twiml = (script: string) => `<Response><Pause length="1"/><Say loop="2">${escapeMarkup(script)}</Say></Response>`

function parsed(json: string): { readonly sid?: unknown; readonly code?: unknown; readonly message?: unknown } {
  try {
    return (JSON.parse(json) as object | null) ?? {}
  } catch {
    return {}
  }
}
