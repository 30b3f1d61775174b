import { Command } from 'commander'
import { openDatabase } from '../main.js'
import { readConfig } from '../platform/config.js'
import { createLogger } from '../platform/log.js'

/** Servers migrate by themselves when they start; this is for those who do it as a step of its own. */
export const migrateCommand = () =>
  new Command('migrate').description('Create or update the tables of the database, and stop.').action(async () => {
    const config = readConfig(process.env)
    const log = createLogger(config.logLevel)
    const database = await openDatabase(config, log)
    await database.close()
    log.info('the database is up to date')
  })
