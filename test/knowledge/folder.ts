import 'reflect-metadata'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type FileReport, type MarkdownImport, importMarkdown } from '../../src/imports/markdown-import.js'
import type { TestServer } from '../support/server.js'

/** Folders of Markdown files, as an operator has them. */

const made: string[] = []

export async function newFolder(files: Record<string, string | Buffer> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-knowledge-'))
  made.push(folder)
  await put(folder, files)
  return folder
}

export async function put(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))))

/** What an import says of each file: its outcome and the reasons, by path. */
export async function take(server: TestServer, folder: string, options: Partial<MarkdownImport> = {}) {
  const reports: FileReport[] = []
  await server.act((ctx) =>
    importMarkdown(ctx, { folder, source: 'handbook', ...options, onFile: (report) => void reports.push(report) }),
  )
  return Object.fromEntries(reports.map(({ path, outcome, reasons }) => [path, [outcome, ...reasons]]))
}

/** Articles as Mia finds them, by title. */
export async function shelf(server: TestServer) {
  const rows = await server.sql(
    `SELECT a.id, a.title, a.status, a.version, a.latest_version AS latest, v.body FROM articles a
       JOIN article_versions v ON v.article_id = a.id AND v.number = coalesce(a.published_version, a.latest_version)`,
  )
  return Object.fromEntries(rows.map((row) => [row['title'] as string, row]))
}

/** A picture of one pixel. */
export const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
