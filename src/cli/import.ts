import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { importServiceNow } from '../imports/servicenow.js'
import { type Mapping, SERVICENOW, readMapping } from '../imports/servicenow-mapping.js'
import type { Context } from '../platform/context.js'
import { besideServer } from './beside-server.js'
import { importMarkdownCommand } from './import-markdown.js'

/** The import went through, but not all that it read could be told. */
const SOME_SET_ASIDE = 2

/** Brings what other systems know. Each of them is a command of its own. */
export const importCommand = () =>
  new Command('import')
    .description('Bring history and knowledge from other systems.')
    .addCommand(serviceNowCommand())
    .addCommand(importMarkdownCommand())

const serviceNowCommand = () =>
  new Command('servicenow')
    .description('Import an incident event log of ServiceNow: CSV, a row per audit event, plain or gzipped.')
    .argument('<file>', 'the log; .gz is unpacked while it is read')
    .option('--mapping <file>', 'YAML or JSON: names of columns, dates, time zone, states, the system')
    .option('--report <file>', 'write there each row that was set aside: line, reason, row (tab-separated)')
    .addHelpText(
      'after',
      `
It goes on where it was interrupted, and tells no row twice. Nobody is called or told. It ends with code 0, with 2 when
rows were set aside (they are kept in the table import_set_aside), with 1 when it could not go on.`,
    )
    .action(async (file: string, options: { mapping?: string; report?: string }) => {
      const mapping = options.mapping ? readMapping(await readFile(options.mapping, 'utf8')) : SERVICENOW
      const { rows, incidents, repeated, setAside } = await besideServer((ctx) =>
        importShown(ctx, file, mapping, options.report),
      )
      process.stdout.write(
        `${rows} rows told, of ${incidents} new incidents; ${repeated} were known; ${setAside} were set aside\n`,
      )
      if (setAside > 0) process.exitCode = SOME_SET_ASIDE
    })

/** Shows how far it is while it runs, and where rows that were set aside went. */
async function importShown(ctx: Context, path: string, mapping: Mapping, reportPath: string | undefined) {
  const report = reportPath ? createWriteStream(reportPath) : null
  report?.write('line\treason\trow\n')
  const show = progress()
  try {
    return await importServiceNow(ctx, {
      ...{ path, mapping },
      onProgress: ({ position, rows, setAside }, read, size) => show.at(position, rows, setAside, read, size),
      onSetAside: (rows) => {
        for (const { line, reason, text } of rows) {
          report?.write(`${line}\t${reason}\t${text}\n`)
          if (!report) process.stderr.write(`line ${line}: ${reason}\n`)
        }
      },
    })
  } finally {
    show.end()
    if (report) await once(report.end(), 'close')
  }
}

/** A bar for people; a line after each batch for machines. */
function progress() {
  if (!process.stdout.isTTY)
    return {
      at: (position: number, rows: number, setAside: number) =>
        void process.stdout.write(`${position} rows read, ${rows} told, ${setAside} set aside\n`),
      end: () => undefined,
    }
  const bar = new SingleBar({ format: '{bar} {percentage}% | {rows} rows | {eta_formatted} left', hideCursor: true })
  bar.start(1, 0, { rows: 0 })
  return {
    at: (position: number, _rows: number, _setAside: number, read: number, size: number) => {
      bar.setTotal(size)
      bar.update(read, { rows: position })
    },
    end: () => bar.stop(),
  }
}
