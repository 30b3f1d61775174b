import { ConfigError, withoutPassword } from '../platform/config.js'
import { UserError } from '../platform/errors.js'

/**
 * A command that cannot go on says why on standard error and ends with code 1. What an operator can mend takes one
 * line that names the setting; LOG_LEVEL=debug adds where it happened.
 */
export function giveUp(error: unknown): never {
  process.stderr.write(`tocsin: ${reasonOf(error)}\n`)
  const verbose = ['debug', 'trace'].includes(process.env['LOG_LEVEL'] ?? '')
  if (verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall?: string
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError || error instanceof UserError) return error.message
  if (!(error instanceof Error)) return String(error)
  const { code, syscall, message } = (error instanceof AggregateError ? error.errors[0] : error) as SystemError
  if (syscall === 'listen' || (syscall === 'getaddrinfo' && message.includes(String(process.env['HOST']))))
    return listening(code, message)
  const url = process.env['DATABASE_URL']
  if (url && isConnection(code))
    return `DATABASE_URL is ${JSON.stringify(withoutPassword(url))}, but it must lead to a PostgreSQL (${message})`
  return message || String(error)
}

/** Of the network, or PostgreSQL's own refusals: who one is, or which database. */
const isConnection = (code: string) =>
  /^(ECONN\w+|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|28\w{3}|3D\w{3})$/.test(code)

function listening(code: string, message: string): string {
  const { HOST = '127.0.0.1', PORT = '4000' } = process.env
  if (code === 'EADDRINUSE') return `PORT is ${PORT}, but something listens there already. Choose another; 0 takes any.`
  if (code === 'EACCES') return `PORT is ${PORT}, but this user may not listen there. Choose one above 1023.`
  return `HOST is ${JSON.stringify(HOST)}, but it must be an address of this machine (${message})`
}
