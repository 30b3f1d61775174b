import { Command } from 'commander'
import pino from 'pino'
import { type MarkdownExport, exportMarkdown } from '../imports/markdown-export.js'
import { openDatabase } from '../main.js'
import { SYSTEM } from '../platform/actor.js'
import { readConfig } from '../platform/config.js'
import { Database } from '../platform/database.js'
import { createLogger } from '../platform/log.js'

const STANDARD_ERROR = 2

/** Gives knowledge back as files. */
export const exportCommand = () =>
  new Command('export').description('Write knowledge to files.').addCommand(exportMarkdownCommand())

const exportMarkdownCommand = () =>
  new Command('markdown')
    .description('Write the published articles as Markdown files, with what belongs to them; also those for one team.')
    .argument('<folder>', 'empty, or that of an earlier export')
    .option('--all', 'also what is not published yet, as drafts; archived articles are left out')
    .option('--force', 'write among files that no export wrote')
    .action(async (folder: string, options: Omit<MarkdownExport, 'folder'>) => {
      const config = readConfig(process.env)
      const database = await openDatabase(config, createLogger('warn', pino.destination(STANDARD_ERROR)))
      try {
        const ctx = { actor: SYSTEM, db: Database.of(database.source), now: () => new Date() }
        const count = await exportMarkdown(ctx, { ...options, folder })
        process.stdout.write(`${count} articles written\n`)
      } finally {
        await database.close()
      }
    })
