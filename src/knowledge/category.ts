import { badInput } from '../platform/errors.js'

/** Where articles are filed: a tree, a few levels deep. */

export interface Category {
  id: string
  parentId: string | null
  name: string
  createdAt: Date
  updatedAt: Date
  version: number
}

/** The tree is read whole, so there is an end to it. */
export const MAXIMUM_CATEGORIES = 500
const DEEPEST = 6

export const CATEGORY_NAME = { maximum: 100 }

type Place = Pick<Category, 'id' | 'parentId' | 'name'>

/** From the root to it. */
export function pathOf(tree: ReadonlyMap<string, Place>, id: string | null): Place[] {
  const path: Place[] = []
  for (let at = id === null ? undefined : tree.get(id); at; at = tree.get(at.parentId ?? '')) path.unshift(at)
  return path
}

/** How far a path of names leads, from the root, and what of it is not there. */
export function follow(tree: ReadonlyMap<string, Place>, path: readonly string[]) {
  let id: string | null = null
  for (const [depth, name] of path.entries()) {
    const isNext = (place: Place) => place.parentId === id && place.name.toLowerCase() === name.trim().toLowerCase()
    const next = [...tree.values()].find(isNext)
    if (!next) return { id, missing: path.slice(depth) }
    id = next.id
  }
  return { id, missing: [] }
}

/** Errors: BAD_USER_INPUT when it would lie below itself, or too deep. */
export function mayLieBelow(tree: ReadonlyMap<string, Place>, id: string | null, parentId: string | null): void {
  const path = pathOf(tree, parentId)
  if (id !== null && path.some((place) => place.id === id))
    throw badInput('parentId', 'A category cannot lie below itself.')
  const deep = path.length + 1 + (id === null ? 0 : heightOf(tree, id))
  if (deep > DEEPEST)
    throw badInput('parentId', `Categories lie at most ${DEEPEST} levels deep; this would be ${deep}.`)
}

/** How many levels lie below it. */
function heightOf(tree: ReadonlyMap<string, Place>, id: string): number {
  const below = [...tree.keys()].map((other) => pathOf(tree, other)).filter((path) => path.some((at) => at.id === id))
  return Math.max(...below.map(({ length }) => length)) - pathOf(tree, id).length
}
