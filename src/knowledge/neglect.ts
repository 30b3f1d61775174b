import type { Condition } from '../platform/paging.js'
import { ArticleStatus } from './article.js'

/** What nobody looks after any more: conditions for a statement that names the articles `a`. */

/** Readers have it before them, and the day on which somebody was to look whether it still holds has passed. */
export const isStale =
  (now: Date): Condition =>
  (bind) =>
    `a.published_version IS NOT NULL AND a.review_at <= ${bind(now)}`

export const IS_UNOWNED: Condition = () =>
  `a.status <> '${ArticleStatus.ARCHIVED}' AND NOT EXISTS (SELECT FROM users o WHERE o.id = a.owner_id AND o.active)`

/** Readers have had it before them since before that day (UTC), and none of them has read it from that day on. */
export const isUnreadSince =
  (moment: Date): Condition =>
  (bind) => {
    const day = bind(moment.toISOString().slice(0, 10))
    return `a.published_version IS NOT NULL AND a.published_at < ${day}::date::timestamp AT TIME ZONE 'UTC'
      AND NOT EXISTS (SELECT FROM article_views w WHERE w.article_id = a.id AND w.day >= ${day}::date)`
  }
