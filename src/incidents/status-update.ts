import type { Audience } from '../events/audience.js'

/** How things stand, as one audience was told it. What was published is not changed: a later update corrects it. */
export interface StatusUpdate {
  id: string
  incidentId: string
  body: string
  audience: Audience
  /** Null when Tocsin itself published it. */
  authorId: string | null
  publishedAt: Date
}
