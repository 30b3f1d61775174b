import { Command, Option } from 'commander'
import { ArticleAudience } from '../access/rules.js'
import { type MarkdownImport, importMarkdown } from '../imports/markdown-import.js'
import { Outcome } from '../imports/markdown.commands.js'
import { ArticleKind } from '../knowledge/article.js'
import { besideServer } from './beside-server.js'

/** Not all of it could be taken over. */
const SOME_LEFT = 1

export const importMarkdownCommand = () =>
  new Command('markdown')
    .description('Import a folder of Markdown files as articles of the knowledge base, and publish them.')
    .argument('<folder>', 'every .md file below it; what is hidden is passed over, symbolic links are not followed')
    .option('--source <name>', 'the collection in which a file is known again by its path (the name of the folder)')
    .addOption(
      new Option('--kind <kind>', 'of new articles whose files do not say it').choices(Object.values(ArticleKind)),
    )
    .addOption(
      new Option('--audience <audience>', 'of new articles whose files do not say it (INTERNAL)').choices([
        ArticleAudience.PUBLIC,
        ArticleAudience.INTERNAL,
      ]),
    )
    .option('--language <tag>', 'of new articles whose files do not say it (en)')
    .option('--category <path>', 'of new articles whose files do not say it: A/B is B in A')
    .option('--draft', 'publish nothing: what is new or changed waits for a review')
    .option('--force', 'take what files say even where the article was changed here, too')
    .option('--archive-missing', 'archive articles whose files are gone')
    .addHelpText(
      'after',
      `
Front matter (YAML, all of it may be left out): title, kind, category (A/B), tags, audience, language, owner (name or
e-mail), team, service (one or a list), alerts, runbookUrls, reviewBy (2027-03-31), status, draft.
Doing it again takes over what has changed, and nothing else. What was changed both in a file and here is told and left
alone. It ends with code 1 when files failed, or are in such a conflict.`,
    )
    .action(async (folder: string, options: Omit<MarkdownImport, 'folder' | 'onFile'>) => {
      const onFile: MarkdownImport['onFile'] = ({ path, outcome, reasons }) => {
        if (outcome !== Outcome.UNCHANGED) process.stdout.write(`${outcome}  ${path}\n`)
        for (const reason of reasons) process.stderr.write(`${path}: ${reason}\n`)
      }
      const summary = await besideServer((ctx) => importMarkdown(ctx, { ...options, folder, onFile }))
      const counts = Object.entries(summary).filter(([, count]) => count > 0)
      process.stdout.write(`${counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}\n`)
      if (summary[Outcome.FAILED] + summary[Outcome.CONFLICT] > 0) process.exitCode = SOME_LEFT
    })
