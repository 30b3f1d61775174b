import DataLoader from 'dataloader'
import { LRUCache } from 'lru-cache'
import type { DataSource } from 'typeorm'
import type { Context } from './context.js'

/**
 * Links between types are loaders. One is declared once, beside its query, and keeps one DataLoader per context:
 *
 *     export const loadUser = defineLoader(async (ctx, ids) => byId(await usersByIds(ctx, ids)))
 *     await loadUser(ctx, incident.commanderId)
 */
const caches = new WeakMap<Context, Map<object, DataLoader<unknown, unknown>>>()

export function defineLoader<K, V>(
  batch: (ctx: Context, keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
): (ctx: Context, key: K) => Promise<V | null> {
  return (ctx, key) => {
    let loaders = caches.get(ctx)
    if (!loaders) caches.set(ctx, (loaders = new Map()))
    let loader = loaders.get(batch) as DataLoader<K, V | null> | undefined
    if (!loader) {
      loader = new DataLoader<K, V | null>(
        async (keys) => {
          const found = await batch(ctx, keys)
          return keys.map((key) => found.get(key) ?? null)
        },
        { maxBatchSize: 1000 },
      )
      loaders.set(batch, loader as DataLoader<unknown, unknown>)
    }
    return loader.load(key)
  }
}

/** What kept loaders keep, by database. */
const kept = new WeakMap<DataSource, Map<object, LRUCache<string, object>>>()
const KEPT_FOR = 1_000 // milliseconds
const KEPT_ROWS = 10_000

/**
 * A loader for the names that everything links to (people, teams, services): they change rarely and are read with
 * every incident. What was read is kept for a second, by which another node's answers may be late; a change by this
 * process clears it at once (`forgetKept`). Only for rows that do not depend on the viewer. A kept row is answered
 * without a promise.
 */
export function defineKeptLoader<V extends object>(
  batch: (ctx: Context, keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (ctx: Context, key: string) => V | null | Promise<V | null> {
  const load = defineLoader(batch)
  return (ctx, key) => {
    if (ctx.db.inTransaction) return load(ctx, key) // it may see what is never committed
    let loaders = kept.get(ctx.db.source)
    if (!loaders) kept.set(ctx.db.source, (loaders = new Map()))
    let rows = loaders.get(batch) as unknown as LRUCache<string, V> | undefined
    if (!rows) {
      rows = new LRUCache<string, V>({ max: KEPT_ROWS, ttl: KEPT_FOR })
      loaders.set(batch, rows as unknown as LRUCache<string, object>)
    }
    const current = rows
    const known = current.get(key)
    if (known) return known
    return load(ctx, key).then((row) => {
      if (row) current.set(key, row)
      return row
    })
  }
}

/** After a write, what was loaded before it is stale. */
export const forgetLoaded = (ctx: Context): void => void caches.delete(ctx)

/** After a write to what kept loaders keep. Loads under way put their rows into a cache that nobody reads any more. */
export const forgetKept = (ctx: Context): void => void kept.delete(ctx.db.source)

export const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, T> =>
  new Map(rows.map((row) => [row.id, row]))

/** Those that were found, in their order. */
export const present = <T>(found: readonly (T | null)[]): T[] => found.filter((one) => one !== null)

/** In their order, so many in each but the last. */
export const inGroups = <T>(rows: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, group) => rows.slice(group * size, (group + 1) * size))

/** Rows by a key of theirs, each key's rows in the order given. */
export function groupBy<K, T>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}
