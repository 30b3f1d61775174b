import type { Context } from '../platform/context.js'

/** How far a file has been read, and what came of it so far. */
export interface Checkpoint {
  readonly system: string
  /** Of the file and the mapping: other content is another import. */
  readonly digest: string
  readonly file: string
  /** Rows read. */
  readonly position: number
  /** Rows told as history. */
  readonly rows: number
  /** Incidents that were new. */
  readonly incidents: number
  /** Rows that an earlier import had told. */
  readonly repeated: number
  readonly setAside: number
}

/** A row that was not told, as it came, and why. */
export interface SetAside {
  readonly key: string
  readonly line: number
  readonly text: string
  readonly reason: string
}

/** Where an interrupted import goes on; the beginning for one that has not begun or has ended. */
export async function findCheckpoint(ctx: Context, system: string, digest: string, file: string): Promise<Checkpoint> {
  const known = await ctx.db.row<Checkpoint>(
    `SELECT system, digest, file, position::int, rows, incidents, repeated, set_aside AS "setAside"
       FROM imports WHERE system = $1 AND digest = $2 AND finished_at IS NULL`,
    [system, digest],
  )
  return known ?? { system, digest, file, position: 0, rows: 0, incidents: 0, repeated: 0, setAside: 0 }
}

export async function saveCheckpoint(ctx: Context, checkpoint: Checkpoint): Promise<void> {
  const { system, digest, file, position, rows, incidents, repeated, setAside } = checkpoint
  await ctx.db.rows(
    `INSERT INTO imports (system, digest, file, position, rows, incidents, repeated, set_aside, started_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
     ON CONFLICT (system, digest) DO UPDATE SET
       file = $3, position = $4, rows = $5, incidents = $6, repeated = $7, set_aside = $8, updated_at = $9, finished_at = NULL,
       started_at = CASE WHEN imports.finished_at IS NULL THEN imports.started_at ELSE $9 END`,
    [system, digest, file, position, rows, incidents, repeated, setAside, ctx.now()],
  )
}

export async function finishImport(ctx: Context, { system, digest }: Checkpoint): Promise<void> {
  await ctx.db.rows('UPDATE imports SET finished_at = $3 WHERE system = $1 AND digest = $2', [
    system,
    digest,
    ctx.now(),
  ])
}

/** Setting a row aside twice is doing it once. */
export async function saveSetAside(
  ctx: Context,
  { system, file }: Checkpoint,
  rows: readonly SetAside[],
): Promise<void> {
  if (rows.length === 0) return
  await ctx.db.rows(
    `INSERT INTO import_set_aside AS s (system, row_key, file, line, reason, row, set_aside_at)
     SELECT DISTINCT ON (key) $1, key, $2, line, reason, text, $3
       FROM json_to_recordset($4) AS n(key bigint, line int, reason text, text text)
     ON CONFLICT (system, row_key) DO UPDATE SET reason = excluded.reason, file = excluded.file, line = excluded.line`,
    [system, file, ctx.now(), JSON.stringify(rows)],
  )
}
