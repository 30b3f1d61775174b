import { Command, InvalidArgumentError, Option } from 'commander'
import { createToken } from '../access/api-token.commands.js'
import { Role, TokenScope } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { findOrCreateUser } from '../responders/account.commands.js'
import { besideServer } from './beside-server.js'

interface TokenOptions {
  readonly role: Role
  readonly user?: string
  readonly expires?: number
  readonly scopes: readonly TokenScope[]
}

/**
 * Makes a token from beside the server, which need not run: whoever reaches the database may do so. The token alone
 * goes to standard output, for scripts; whose it is goes to standard error, for people.
 */
export const tokenCommand = () =>
  new Command('token')
    .description('Make an API token for a new or named person, and print it alone on standard output.')
    .addOption(
      new Option('--role <role>', `the person's role: ${Object.values(Role).join(', ')}`)
        .argParser(oneOf(Role))
        .makeOptionMandatory(),
    )
    .option('--user <name or e-mail>', 'for this person, who is made if unknown; a new one when left out')
    .option('--expires <days>', 'the token ends after so many days; without it, it does not end', days)
    .addOption(
      new Option(
        '--scopes <scopes>',
        `what it may be used for, separated by commas: ${Object.values(TokenScope).join(', ')}`,
      )
        .argParser((value: string) => value.split(',').map((scope) => oneOf(TokenScope)(scope.trim())))
        .default(Object.values(TokenScope), 'all'),
    )
    .action(async (options: TokenOptions) => {
      const { user, token } = await besideServer((ctx) => makeToken(ctx, options))
      process.stderr.write(`A token for ${user.name} <${user.email}>, ${user.role}:\n`)
      process.stdout.write(`${token}\n`)
    })

function makeToken(ctx: Context, { role, user: name, expires, scopes }: TokenOptions) {
  const now = ctx.now()
  const expiresAt = expires === undefined ? null : new Date(now.getTime() + expires * 86_400_000)
  return inTransaction({ ...ctx, now: () => now }, async (ctx) => {
    const user = await findOrCreateUser(ctx, { role, user: name })
    const made = await createToken(ctx, { name: 'Made by the operator', userId: user.id, scopes, expiresAt })
    return { user, token: made.token }
  })
}

const oneOf =
  <T extends string>(choices: Record<string, T>) =>
  (value: string): T => {
    const choice = choices[value.toUpperCase()]
    if (!choice) throw new InvalidArgumentError(`It must be one of ${Object.values(choices).join(', ')}.`)
    return choice
  }

function days(value: string): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < 1 || number > 3650)
    throw new InvalidArgumentError('It must be a whole number of days from 1 to 3650.')
  return number
}
