import { ArticleAudience } from '../access/rules.js'
import type { ActorKind } from '../platform/actor.js'
import type { Article } from './article.js'

/** What an article and an incident have to do with each other; it can be several things at once. */
export enum ArticleRelation {
  USED = 'USED',
  SOLVED = 'SOLVED',
  DRAWN_FROM = 'DRAWN_FROM',
}

export interface ArticleLink {
  readonly incidentId: string
  readonly articleId: string
  readonly relation: ArticleRelation
  readonly actorKind: ActorKind
  readonly actorId: string
  readonly linkedAt: Date
}

export const MAXIMUM_LINKS = 50

const TOLD: Record<ArticleRelation, readonly [linked: string, unlinked: string]> = {
  USED: ['was used', 'was not used after all'],
  SOLVED: ['solved it', 'did not solve it after all'],
  DRAWN_FROM: ['was drawn from it', 'was not drawn from it after all'],
}

/** What the timeline says. More people read it than an article of one team: they learn no title. */
export function tellLink({ number, title, audience }: Article, relation: ArticleRelation, linked: boolean): string {
  const name = audience === ArticleAudience.TEAM ? `KB${number}` : `KB${number} “${title}”`
  return `Article ${name} ${TOLD[relation][linked ? 0 : 1]}`
}
