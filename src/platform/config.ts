import { isAbsolute, resolve } from 'node:path'
import { TELEPHONE } from './input.js'
import { type Network, network } from './outgoing.js'

/** The environment, read once at start. A bad value stops the start with one line that names the variable. */
export interface Config {
  readonly host: string
  readonly port: number
  /** null: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | null
  readonly dataDir: string
  /** Where clients reach this server; links and intake addresses begin with it. */
  readonly publicUrl: string | null
  readonly logLevel: string
  readonly oidc: { readonly issuer: string; readonly audience: string } | null
  /** Origins whose browsers may open WebSockets and read answers, besides this server's own. */
  readonly allowedOrigins: readonly string[]
  readonly introspection: boolean
  readonly eventRetentionDays: number
  /** How long a solved request may be reopened and rated; then it is closed. */
  readonly requestReopenDays: number
  /** What stored secrets are sealed with; null: a key kept in `dataDir`. Every node has the same. */
  readonly secretKey: string | null
  /** Networks that may be reached though they are not public, where users give a URL. */
  readonly outgoingAllow: readonly Network[]
  /** null: nothing goes out by e-mail. */
  readonly mail: { readonly url: string; readonly from: string } | null
  /** null: nothing goes out by Slack. Without a signing secret, buttons are links. */
  readonly slack: { readonly botToken: string; readonly signingSecret: string | null; readonly apiUrl: string } | null
  /** null: nothing goes out by text message or call. */
  readonly twilio: {
    readonly accountSid: string
    readonly authToken: string
    readonly from: string
    readonly apiUrl: string
  } | null
}

export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/** A URL as it may be shown, even when it is none. */
export const withoutPassword = (url: string): string => url.replace(/(:\/\/[^:@/]*):.*@/, '$1:(hidden)@')

const MAILBOX = /^(?:[^<>\r\n]*<[^\s@<>,;]+@[^\s@<>,;]+>|[^\s@<>,;]+@[^\s@<>,;]+)$/

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

export function readConfig(env: Environment): Config {
  const text = (name: string, fallback: string) => env[name]?.trim() || fallback
  const fail = (name: string, may: string): never => {
    const holds = env[name]?.trim() ? JSON.stringify(withoutPassword(env[name])) : 'not set'
    throw new ConfigError(`${name} is ${holds}, but it must be ${may}`)
  }
  const whole = (name: string, fallback: number, minimum: number, maximum: number) => {
    const raw = text(name, String(fallback))
    const value = Number(raw)
    return /^\d+$/.test(raw) && value >= minimum && value <= maximum
      ? value
      : fail(name, `a whole number from ${minimum} to ${maximum}`)
  }
  const oneOf = (name: string, fallback: string, choices: readonly string[]) => {
    const value = text(name, fallback)
    return choices.includes(value) ? value : fail(name, `one of ${choices.join(', ')}`)
  }
  const secret = (name: string, minimum: number): string | null => {
    const value = text(name, '')
    if (value && value.length < minimum)
      throw new ConfigError(`${name} has ${value.length} characters, but it must have at least ${minimum}`)
    return value || null
  }
  /** All of them or none; what they hold is not shown. */
  const together = <Name extends string>(...names: Name[]): Record<Name, string> | null => {
    const given = names.filter((name) => text(name, ''))
    if (given.length === 0) return null
    const missing = names.find((name) => !given.includes(name))
    if (missing) fail(missing, `set when ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}`)
    return Object.fromEntries(names.map((name) => [name, text(name, '')])) as Record<Name, string>
  }
  const url = (name: string, protocols: readonly string[]): string | null => {
    const value = text(name, '')
    if (!value) return null
    const parsed = URL.canParse(value) ? new URL(value) : null
    return parsed && protocols.includes(parsed.protocol)
      ? value.replace(/\/+$/, '')
      : fail(name, `a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`)
  }
  const list = (name: string) =>
    text(name, '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
  const origins = (name: string) =>
    list(name).map((origin) =>
      URL.canParse(origin) && new URL(origin).origin === origin
        ? origin
        : fail(name, 'a comma-separated list of origins such as https://console.example.com'),
    )

  const networks = (name: string) =>
    list(name).map(
      (cidr) => network(cidr) ?? fail(name, 'a comma-separated list of networks such as 10.0.0.0/8, fd00::/8'),
    )

  const issuer = url('OIDC_ISSUER', ['https:', 'http:'])
  const audience = text('OIDC_AUDIENCE', '')
  if (issuer && !audience) fail('OIDC_AUDIENCE', 'set when OIDC_ISSUER is: the audience that tokens are made for')
  const mail = together('SMTP_URL', 'MAIL_FROM')
  const smtpUrl = url('SMTP_URL', ['smtp:', 'smtps:'])
  if (mail && !MAILBOX.test(mail.MAIL_FROM)) fail('MAIL_FROM', 'an address such as Tocsin <tocsin@example.com>')
  const botToken = secret('SLACK_BOT_TOKEN', 16)
  const signingSecret = secret('SLACK_SIGNING_SECRET', 16)
  const slackApi = url('SLACK_API_URL', ['https:', 'http:']) ?? 'https://slack.com/api'
  if (signingSecret && !botToken) fail('SLACK_BOT_TOKEN', 'set when SLACK_SIGNING_SECRET is')
  const twilio = together('TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM')
  const twilioApi = url('TWILIO_API_URL', ['https:', 'http:']) ?? 'https://api.twilio.com'
  if (twilio && !TELEPHONE.test(twilio.TWILIO_FROM)) fail('TWILIO_FROM', 'a telephone number such as +4930123456')
  const dataDir = text('DATA_DIR', '.data')
  return {
    host: text('HOST', '127.0.0.1'),
    port: whole('PORT', 4000, 0, 65_535),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    publicUrl: url('PUBLIC_URL', ['https:', 'http:']),
    logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    oidc: issuer ? { issuer, audience } : null,
    allowedOrigins: origins('ALLOWED_ORIGINS'),
    introspection: oneOf('INTROSPECTION', 'on', ['on', 'off']) === 'on',
    eventRetentionDays: whole('EVENT_RETENTION_DAYS', 30, 1, 3650),
    requestReopenDays: whole('REQUEST_REOPEN_DAYS', 7, 1, 365),
    secretKey: secret('SECRET_KEY', 32),
    outgoingAllow: networks('OUTGOING_ALLOW'),
    mail: mail && { url: smtpUrl!, from: mail.MAIL_FROM },
    slack: botToken ? { botToken, signingSecret, apiUrl: slackApi } : null,
    twilio: twilio && {
      accountSid: twilio.TWILIO_ACCOUNT_SID,
      authToken: twilio.TWILIO_AUTH_TOKEN,
      from: twilio.TWILIO_FROM,
      apiUrl: twilioApi,
    },
  }
}
