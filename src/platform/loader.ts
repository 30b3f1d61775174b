import DataLoader from 'dataloader'
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

/** After a write, what was loaded before it is stale. */
export const forgetLoaded = (ctx: Context): void => void caches.delete(ctx)

export const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, T> =>
  new Map(rows.map((row) => [row.id, row]))

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
