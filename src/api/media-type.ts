/**
 * What a client takes. `Accept` lists media ranges, each with a quality from 0 (not this) to 1; of those that match a
 * type, the most exact one counts.
 */

export const GRAPHQL_RESPONSE = 'application/graphql-response+json'
export const JSON_RESPONSE = 'application/json'
export const EVENT_STREAM = 'text/event-stream'

interface MediaRange {
  readonly text: string
  readonly quality: number
  /** Where it stands in the header: of equal qualities the first is liked best. */
  readonly place: number
}

function rangesOf(accept: string): MediaRange[] {
  return accept.split(',').map((part, place) => {
    const [text = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    return { text, quality: quality === undefined ? 1 : Number(quality) || 0, place }
  })
}

const matching = (ranges: readonly MediaRange[], type: string): MediaRange | undefined =>
  [type, `${type.split('/', 1)[0]}/*`, '*/*']
    .map((text) => ranges.find((range) => range.text === text))
    .find((range) => range !== undefined)

/** The one of the offered types that the client likes best; null when it takes none. Without a header it takes any. */
export function preferredType<T extends string>(accept: string | undefined, offered: readonly T[]): T | null {
  if (!accept) return offered[0] ?? null
  const ranges = rangesOf(accept)
  const [best] = offered
    .map((type) => ({ type, range: matching(ranges, type) }))
    .filter(({ range }) => range !== undefined && range.quality > 0)
    .sort((a, b) => b.range!.quality - a.range!.quality || a.range!.place - b.range!.place)
  return best?.type ?? null
}

export const accepts = (accept: string | undefined, type: string): boolean => preferredType(accept, [type]) !== null
