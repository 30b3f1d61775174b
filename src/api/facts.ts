import type { AccessFacts } from '../access/rules.js'
import { factsOfIncidents } from '../incidents/incident.queries.js'
import { factsOfArticles } from '../knowledge/article.queries.js'
import type { Database } from '../platform/database.js'
import { type Noun, nounOf } from '../platform/id.js'

type FindFacts = (db: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, AccessFacts>>

/** What decides by itself who may see it. */
const DECIDERS: Readonly<Partial<Record<Noun, FindFacts>>> = { incident: factsOfIncidents, article: factsOfArticles }

/** What the access rules look at, as it is now, of everything that has facts of its own. */
export const factsOf: FindFacts = async (db, ids) => {
  const found = await Promise.all(
    Object.entries(DECIDERS).map(([noun, find]) => {
      const its = ids.filter((id) => nounOf(id) === noun)
      return its.length > 0 ? find(db, its) : new Map<string, AccessFacts>()
    }),
  )
  return new Map(found.flatMap((facts) => [...facts]))
}
