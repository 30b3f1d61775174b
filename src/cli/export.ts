import { Command } from 'commander'
import { type MarkdownExport, exportMarkdown } from '../imports/markdown-export.js'
import { besideServer } from './beside-server.js'

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
      const count = await besideServer((ctx) => exportMarkdown(ctx, { ...options, folder }))
      process.stdout.write(`${count} articles written\n`)
    })
