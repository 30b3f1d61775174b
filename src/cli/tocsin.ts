#!/usr/bin/env -S node --max-semi-space-size=32
import 'reflect-metadata'
import { Command } from 'commander'
import { demoCommand } from './demo.js'
import { doctorCommand } from './doctor.js'
import { exportCommand } from './export.js'
import { giveUp } from './give-up.js'
import { importCommand } from './import.js'
import { migrateCommand } from './migrate.js'
import { schemaCommand } from './schema.js'
import { serveCommand } from './serve.js'
import { tokenCommand } from './token.js'

/** The operator's command line. Each command is in a file of its own; the environment configures them all alike. */
const tocsin = new Command('tocsin')
  .description(
    'Tocsin, a headless incident manager: one GraphQL graph in which every change is a live, resumable event.',
  )
  .addHelpText(
    'after',
    `
Environment:
  HOST, PORT             where to listen (127.0.0.1, 4000)
  DATABASE_URL           a PostgreSQL of yours; without it an embedded one is kept in DATA_DIR
  DATA_DIR               data of this installation (.data)
  PUBLIC_URL             where clients reach the server
  ALLOWED_ORIGINS        origins of browser applications, separated by commas
  OIDC_ISSUER, OIDC_AUDIENCE
                         accept the tokens of this issuer made for this audience
  INTROSPECTION          on, off (on)
  EVENT_RETENTION_DAYS   how long events can be resumed from (30)
  REQUEST_REOPEN_DAYS    how long whoever reported something may reopen it; then it is closed (7)
  LOG_LEVEL              fatal, error, warn, info, debug, trace, silent (info)`,
  )
  .showHelpAfterError('(tocsin --help tells more)')

for (const command of [
  serveCommand(),
  migrateCommand(),
  demoCommand(),
  tokenCommand(),
  importCommand(),
  exportCommand(),
  doctorCommand(),
  schemaCommand(),
])
  tocsin.addCommand(command.copyInheritedSettings(tocsin))

tocsin.parseAsync().catch(giveUp)
