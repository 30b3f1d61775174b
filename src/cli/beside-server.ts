import pino from 'pino'
import { openDatabase } from '../main.js'
import { SYSTEM } from '../platform/actor.js'
import { readConfig } from '../platform/config.js'
import type { Context } from '../platform/context.js'
import { Database } from '../platform/database.js'
import { createLogger } from '../platform/log.js'

const STANDARD_ERROR = 2

/**
 * Works on the database from beside the server, which need not run: whoever reaches the database may do so. What is logged
 * goes to standard error, so that standard output is the command's own.
 */
export async function besideServer<T>(work: (ctx: Context) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfig(process.env), createLogger('warn', pino.destination(STANDARD_ERROR)))
  try {
    return await work({ actor: SYSTEM, db: Database.of(database.source), now: () => new Date() })
  } finally {
    await database.close()
  }
}
