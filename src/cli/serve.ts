import { Command } from 'commander'
import { startServer } from '../main.js'
import { readConfig } from '../platform/config.js'
import type { Context } from '../platform/context.js'
import { createLogger } from '../platform/log.js'
import { createFirstAdministrator } from '../responders/account.commands.js'
import { stopOnSignal } from './stop-on-signal.js'

/** The server itself. Its database is made and migrated as needed; the first start makes an administrator. */
export const serveCommand = () =>
  new Command('serve').description('Start the server.').action(async () => {
    const config = readConfig(process.env)
    const log = createLogger(config.logLevel)
    const server = await startServer(config, { log, prepare: welcomeFirstAdministrator })
    stopOnSignal(() => server.stop(), log)
  })

async function welcomeFirstAdministrator(ctx: Context): Promise<void> {
  const account = await createFirstAdministrator(ctx)
  if (!account) return
  process.stdout.write(`
The first start of this installation. Its administrator signs in with this token, which is shown only now:

    ${account.token}

    Authorization: Bearer ${account.token}

Should it get lost, \`npx tocsin token --role ADMIN\` makes another.

`)
}
