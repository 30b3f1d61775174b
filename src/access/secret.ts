import { createHash, randomBytes } from 'node:crypto'

/**
 * Secrets that Tocsin gives out: API tokens, integration keys and addresses of calendars. They carry 128 bits or more of chance, so a plain
 * SHA-256 keeps them; only the hash is stored, with the first characters to tell them apart in a list.
 */
export interface Secret {
  /** Shown once, to whoever asked for it. */
  readonly text: string
  readonly prefix: string
  readonly hash: Buffer
}

const PREFIX_LENGTH = 8

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const secretOf = (text: string): Secret => ({ text, prefix: text.slice(0, PREFIX_LENGTH), hash: hashOf(text) })

/** `toc_` and 40 hexadecimal digits; the fixed prefix lets secret scanners find a leaked one. */
export const newToken = (): Secret => secretOf(`toc_${randomBytes(20).toString('hex')}`)

/** 43 characters that may stand in an address. */
export const newFeedSecret = (): Secret => secretOf(randomBytes(32).toString('base64url'))

/** 32 hexadecimal digits, the length that PagerDuty's senders insist on. */
export const newIntegrationKey = (): Secret => secretOf(randomBytes(16).toString('hex'))
