import { type LookupAddress, promises as dns } from 'node:dns'
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http'
import { type RequestOptions, request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { badInput } from './errors.js'

/**
 * Requests to addresses that users gave. They are made from inside of somebody's network, so an address must not lead
 * back into it: its host is resolved once, every answer is checked, and the connection goes to what was checked, whatever
 * the name means a moment later. It is https; redirects are not followed; time and size are bounded. OUTGOING_ALLOW
 * names networks that may be reached all the same, with plain http, too.
 */

type Address = ipaddr.IPv4 | ipaddr.IPv6
export type Network = readonly [address: Address, bits: number]
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

export interface OutgoingRules {
  /** Networks of OUTGOING_ALLOW. */
  readonly allowed: readonly Network[]
  /** The system's resolver unless told; tests put their own. */
  readonly resolve?: Resolve
  /** Milliseconds from the look-up of the name to the end of the answer: 8,000 unless told. */
  readonly time?: number
  /** How much of an answer is read, in bytes: 64 KiB unless told. */
  readonly size?: number
}

export interface OutgoingRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface OutgoingAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As much of it as came in time, up to the size of the rules: the status says what became of the request. */
  readonly body: string
}

/** There is no answer. */
export class OutgoingFailure extends Error {
  constructor(
    message: string,
    /** The rules forbid the request, now and later. */
    readonly refused: boolean,
    /** The whole request has gone out: what became of it is not known. */
    readonly sent: boolean,
  ) {
    super(message)
  }
}

const TIME = 8_000 // milliseconds
const SIZE = 64 * 1024 // bytes
const URL_LENGTH = 2_048

/** @param text in CIDR notation, such as `10.0.0.0/8`; null when it is not */
export const network = (text: string): Network | null => (ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : null)

const matches = (address: Address, [base, bits]: Network) => address.kind() === base.kind() && address.match(base, bits)

const GLOBAL_UNICAST = network('2000::/3')!
const TRANSLATED = network('64:ff9b::/96')!

/** An IPv4 address in the clothes of IPv6, as the IPv4 address that packets go to. */
function undressed(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  return matches(address, TRANSLATED) ? new ipaddr.IPv4(address.toByteArray().slice(-4)) : address
}

function isAllowed(ip: string, allowed: readonly Network[]): boolean {
  const address = undressed(ipaddr.parse(ip))
  return allowed.some((network) => matches(address, network))
}

/** Why nothing is sent to this IP address; null when it is reachable from the whole Internet, or allowed. */
export function refusedAddress(ip: string, allowed: readonly Network[]): string | null {
  if (!ipaddr.isValid(ip)) return 'not an IP address'
  if (isAllowed(ip, allowed)) return null
  const address = undressed(ipaddr.parse(ip))
  if (address.range() !== 'unicast') return `not a public address (${address.range()})`
  return address.kind() === 'ipv4' || matches(address, GLOBAL_UNICAST) ? null : 'not a public address'
}

/** For the hosts of services that the operator has configured: they may be anywhere, and are believed. */
export const TRUSTED: OutgoingRules = { allowed: [network('0.0.0.0/0')!, network('::/0')!], size: 1024 * 1024 }

/** The host without the brackets of IPv6; the URL standard has made numbers such as 0x7f.1 into addresses already. */
const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** What the text alone tells about a URL: itself, or why nothing is sent there. */
function readUrl(text: string, { allowed }: OutgoingRules): URL | string {
  if (text.length > URL_LENGTH) return `Must have at most ${URL_LENGTH} characters.`
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['https:', 'http:'].includes(url.protocol)) return 'Must be a URL that begins with https://.'
  if (url.username || url.password) return 'Must not hold a user name or password.'
  if (url.port === '0') return 'Must not have the port 0.'
  const host = hostOf(url)
  const ip = /^(.+\.)?localhost\.?$/.test(host) ? '127.0.0.1' : ipaddr.isValid(host) ? host : null
  const refused = ip && refusedAddress(ip, allowed)
  if (refused) return `Must lead to a public address: ${host} is ${refused}.`
  const maybePlain = ip ? isAllowed(ip, allowed) : allowed.length > 0
  return url.protocol === 'https:' || maybePlain ? url : 'Must begin with https://.'
}

/**
 * A URL that requests may go to, in its one right form. Names are not resolved here: what they mean is looked at
 * whenever something is sent. Errors: BAD_USER_INPUT that names `field`.
 */
export function checkUrl(field: string, value: string, rules: OutgoingRules): string {
  const url = readUrl(value.trim(), rules)
  if (typeof url === 'string') throw badInput(field, url)
  url.hash = ''
  return url.href
}

/** Sends a POST. Any status is an answer; redirects are not followed. Errors: OutgoingFailure, within `rules.time`. */
export async function post(text: string, request: OutgoingRequest, rules: OutgoingRules): Promise<OutgoingAnswer> {
  const url = readUrl(text, rules)
  if (typeof url === 'string') throw new OutgoingFailure(url, true, false)
  const deadline = AbortSignal.timeout(rules.time ?? TIME)
  const addresses = await inTime(deadline, checkedAddresses(url, rules))
  return exchange(url, request, addresses, deadline, rules.size ?? SIZE)
}

async function checkedAddresses(url: URL, { allowed, resolve = systemResolver }: OutgoingRules) {
  const host = hostOf(url)
  const addresses = await resolve(host).catch((error: NodeJS.ErrnoException) => {
    throw new OutgoingFailure(`${host} is not found (${error.code ?? error.message})`, false, false)
  })
  for (const { address } of addresses) {
    const refused = refusedAddress(address, allowed)
    if (refused) throw new OutgoingFailure(`${host} leads to ${address}, which is ${refused}`, true, false)
    if (url.protocol === 'http:' && !isAllowed(address, allowed))
      throw new OutgoingFailure(`${host} leads to ${address}, where only https is allowed`, true, false)
  }
  if (addresses.length === 0) throw new OutgoingFailure(`${host} has no address`, false, false)
  return addresses
}

const systemResolver: Resolve = (host) => dns.lookup(host, { all: true, verbatim: true })

function inTime<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => reject(tooLate(false)))
    promise.then(resolve, reject)
  })
}

const tooLate = (sent: boolean) => new OutgoingFailure('no answer in time', false, sent)

function exchange(
  url: URL,
  { headers, body }: OutgoingRequest,
  addresses: readonly LookupAddress[],
  deadline: AbortSignal,
  size: number,
): Promise<OutgoingAnswer> {
  const options: RequestOptions = {
    method: 'POST',
    // Connections are not kept: the next request checks its addresses anew.
    agent: false,
    lookup: pinnedTo(addresses),
    headers: { 'user-agent': 'Tocsin', ...headers, 'content-length': String(Buffer.byteLength(body)) },
  }
  return new Promise((resolve, reject) => {
    let sent = false
    const request: ClientRequest = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, options)
    const giveUp = () => request.destroy(tooLate(sent))
    deadline.addEventListener('abort', giveUp)
    request.on('close', () => deadline.removeEventListener('abort', giveUp))
    request.on('finish', () => (sent = true))
    request.on('response', (answer) => resolve(read(answer, size)))
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(error instanceof OutgoingFailure ? error : new OutgoingFailure(error.code ?? error.message, false, sent)),
    )
    request.end(body)
  })
}

/** The look-up of a connection, answered with what has been checked. */
const pinnedTo =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_host, { all }, answer) =>
    all ? answer(null, [...addresses]) : answer(null, addresses[0]!.address, addresses[0]!.family)

async function read(answer: IncomingMessage, size: number): Promise<OutgoingAnswer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      if ((length += chunk.length) >= size) break // which ends the connection
    }
  } catch {
    // It was cut off. The status has come, and says what became of the request.
  }
  const body = Buffer.concat(chunks).subarray(0, size).toString('utf8')
  return { status: answer.statusCode!, headers: answer.headers, body }
}
