import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { CsvError } from 'csv-parse'
import { parse } from 'csv-parse'
import type { Context } from '../platform/context.js'
import { type Checkpoint, type SetAside, findCheckpoint, finishImport } from './checkpoint.js'
import type { Column, Mapping } from './servicenow-mapping.js'
import { UnreadableRow, keyOf, readHeader, readRow } from './servicenow-row.js'
import { type Located, importBatch } from './servicenow.commands.js'

/**
 * Reads a log as a stream, however long it is, and imports it batch by batch. It goes on where the same file with the
 * same mapping was interrupted; what another import has told already is recognised row by row.
 */

const BATCH = 1_000 // rows

export interface ImportOptions {
  readonly path: string
  readonly mapping: Mapping
  /** Called before the first batch and after each: how much of the file has been read, in bytes. */
  readonly onProgress?: (checkpoint: Checkpoint, read: number, size: number) => void
  readonly onSetAside?: (rows: readonly SetAside[]) => void
}

interface CsvRecord {
  readonly record: string[]
  readonly info: { readonly lines: number; readonly error?: CsvError }
  readonly raw: string
}

export async function importServiceNow(
  ctx: Context,
  { path, mapping, onProgress = () => undefined, onSetAside = () => undefined }: ImportOptions,
): Promise<Checkpoint> {
  const { size } = await stat(path)
  let checkpoint = await findCheckpoint(ctx, mapping.system, await digestOf(path, mapping), basename(path))
  const file = createReadStream(path)
  onProgress(checkpoint, 0, size)
  let places: ReadonlyMap<Column, number> | null = null
  let width = 0
  let toSkip = checkpoint.position
  let rows: Located[] = []
  let unreadable: SetAside[] = []
  const flush = async () => {
    const done = await importBatch(ctx, { checkpoint, rows, unreadable })
    ;({ checkpoint } = done)
    rows = []
    unreadable = []
    onSetAside(done.setAside)
    onProgress(checkpoint, file.bytesRead, size)
  }
  for await (const { record, info, raw } of recordsOf(file, path, mapping)) {
    if (!places) {
      places = readHeader(record, mapping)
      width = record.length
      continue
    }
    if (toSkip-- > 0) continue
    const line = info.lines
    const text = raw.replace(/\r?\n$/, '')
    try {
      if (record.length !== width) throw new UnreadableRow(`It has ${record.length} columns, not ${width}.`)
      rows.push({ row: readRow(record, places, mapping), line, text })
    } catch (error) {
      if (!(error instanceof UnreadableRow)) throw error
      unreadable.push({ key: keyOf(text), line, text, reason: error.message })
    }
    if (rows.length + unreadable.length >= BATCH) await flush()
  }
  if (!places) throw new UnreadableRow('The file is empty.')
  if (rows.length + unreadable.length > 0) await flush()
  await finishImport(ctx, checkpoint)
  return checkpoint
}

function recordsOf(file: NodeJS.ReadableStream, path: string, { delimiter }: Mapping): AsyncIterable<CsvRecord> {
  // A stray quote is part of a value: the row is looked at by itself, and the rest of the file is not lost with it.
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  const failed = (error: Error | null | undefined) => void (error && parser.destroy(error))
  if (path.endsWith('.gz')) pipeline(file, createGunzip(), parser, failed)
  else pipeline(file, parser, failed)
  return parser as AsyncIterable<CsvRecord>
}

async function digestOf(path: string, { states, ...mapping }: Mapping): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify([mapping, [...states]]))
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer)
  return digest.digest('hex')
}
