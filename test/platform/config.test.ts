import { ConfigError, readConfig } from '../../src/platform/config.js'
import { refusedAddress } from '../../src/platform/outgoing.js'

const refusal = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  return 'taken'
}

it('goes out by nothing that is not configured', () =>
  expect(readConfig({})).toMatchObject({ mail: null, slack: null, twilio: null, outgoingAllow: [] }))

it('reads what messages go out by', () => {
  const { mail, slack, twilio, outgoingAllow } = readConfig({
    SMTP_URL: 'smtps://tocsin:pw@mail.example.com:465',
    MAIL_FROM: 'Tocsin <tocsin@example.com>',
    SLACK_BOT_TOKEN: 'xoxb-0123456789-secret',
    TWILIO_ACCOUNT_SID: 'AC0123',
    TWILIO_AUTH_TOKEN: 'token',
    TWILIO_FROM: '+15005550006',
    TWILIO_API_URL: 'http://127.0.0.1:8080/',
    OUTGOING_ALLOW: '127.0.0.0/8, fd00::/8',
  })
  expect(mail).toEqual({ url: 'smtps://tocsin:pw@mail.example.com:465', from: 'Tocsin <tocsin@example.com>' })
  expect(slack).toEqual({
    botToken: 'xoxb-0123456789-secret',
    signingSecret: null,
    apiUrl: 'https://slack.com/api',
  })
  expect(twilio).toEqual({
    accountSid: 'AC0123',
    authToken: 'token',
    from: '+15005550006',
    apiUrl: 'http://127.0.0.1:8080',
  })
  expect(['127.0.0.1', 'fd00::1', '10.0.0.1'].map((ip) => refusedAddress(ip, outgoingAllow) === null)).toEqual([
    true,
    true,
    false,
  ])
})

const SMTP = { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'tocsin@example.com' }
const TWILIO = { TWILIO_ACCOUNT_SID: 'AC0123', TWILIO_AUTH_TOKEN: 'hidden-token', TWILIO_FROM: '+15005550006' }

it.each<[Record<string, string>, string]>([
  [{ SMTP_URL: SMTP.SMTP_URL }, 'MAIL_FROM is not set, but it must be set when SMTP_URL is'],
  [
    { ...SMTP, SMTP_URL: 'http://mail.example.com' },
    'SMTP_URL is "http://mail.example.com", but it must be a URL that begins with smtp:// or smtps://',
  ],
  [
    { ...SMTP, SMTP_URL: 'smpt://ada:p@ss/word@mail.example.com' },
    'SMTP_URL is "smpt://ada:(hidden)@mail.example.com", but it must be a URL that begins with smtp:// or smtps://',
  ],
  [
    { ...SMTP, MAIL_FROM: 'Tocsin' },
    'MAIL_FROM is "Tocsin", but it must be an address such as Tocsin <tocsin@example.com>',
  ],
  [{ SLACK_BOT_TOKEN: 'xoxb-short' }, 'SLACK_BOT_TOKEN has 10 characters, but it must have at least 16'],
  [
    { SLACK_SIGNING_SECRET: 'a-secret-of-an-app' },
    'SLACK_BOT_TOKEN is not set, but it must be set when SLACK_SIGNING_SECRET is',
  ],
  [
    { SLACK_API_URL: 'slack.com' },
    'SLACK_API_URL is "slack.com", but it must be a URL that begins with https:// or http://',
  ],
  [
    { ...TWILIO, TWILIO_AUTH_TOKEN: '' },
    'TWILIO_AUTH_TOKEN is not set, but it must be set when TWILIO_ACCOUNT_SID and TWILIO_FROM are',
  ],
  [
    { ...TWILIO, TWILIO_FROM: 'Tocsin' },
    'TWILIO_FROM is "Tocsin", but it must be a telephone number such as +4930123456',
  ],
  [
    { OUTGOING_ALLOW: '10.0.0.0' },
    'OUTGOING_ALLOW is "10.0.0.0", but it must be a comma-separated list of networks such as 10.0.0.0/8, fd00::/8',
  ],
])('refuses %j', (environment, message) => expect(refusal(environment)).toBe(message))
