import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { Recordset } from '../platform/recordset.js'
import type { Page } from './page.js'

/** How pages are written, many in one statement. Whoever writes has locked the incidents. */

export const PAGE_COLUMNS = selectList('p', [
  ...['id', 'incidentId', 'entryId', 'userId', 'contactPointId', 'notificationId', 'because', 'pagedAt'],
  ...['acknowledgedAt', 'endedAt', 'undeliverableAt'],
])

const PAGES = new Recordset<Page>([
  ...(['id', 'incidentId', 'entryId', 'userId', 'contactPointId', 'notificationId', 'because', 'pagedAt'] as const),
])

export const insertPages = (ctx: Context, pages: readonly Page[]) =>
  ctx.db.rows(
    `INSERT INTO pages (${PAGES.columns}) SELECT ${PAGES.columns} FROM json_populate_recordset(null::pages, $1)`,
    [PAGES.encode(pages)],
  )

/** Whoever is called again has one open page and not two. Answers those that make way for these. */
export const replacePages = (ctx: Context, pages: readonly Page[]): Promise<Page[]> =>
  ctx.db.rows(
    `UPDATE pages p SET ended_at = $3
       FROM unnest($1::text[], $2::text[]) AS n(incident_id, called)
      WHERE p.incident_id = n.incident_id AND p.ended_at IS NULL
        AND COALESCE(p.user_id, p.contact_point_id) = n.called
     RETURNING ${PAGE_COLUMNS}`,
    [
      pages.map(({ incidentId }) => incidentId),
      pages.map(({ userId, contactPointId }) => userId ?? contactPointId),
      ctx.now(),
    ],
  )

/** Ends the open pages of incidents; whoever took one has acknowledged theirs. Answers them as they are now. */
export const endPages = (
  ctx: Context,
  ends: readonly { readonly incidentId: string; readonly takenBy: string | null }[],
): Promise<Page[]> =>
  ctx.db.rows(
    `UPDATE pages p SET ended_at = $3, acknowledged_at = CASE WHEN p.user_id = n.taken_by THEN $3::timestamptz END
       FROM unnest($1::text[], $2::text[]) AS n(incident_id, taken_by)
      WHERE p.incident_id = n.incident_id AND p.ended_at IS NULL
     RETURNING ${PAGE_COLUMNS}`,
    [ends.map(({ incidentId }) => incidentId), ends.map(({ takenBy }) => takenBy), ctx.now()],
  )

/** Of open pages: their notifications reach nobody. Answers them, with the names of those who were called. */
export const markUndeliverable = (
  ctx: Context,
  notificationIds: readonly string[],
): Promise<(Page & { readonly name: string })[]> =>
  ctx.db.rows(
    `WITH p AS (
       UPDATE pages SET undeliverable_at = $2
        WHERE notification_id = ANY($1::text[]) AND ended_at IS NULL AND undeliverable_at IS NULL
       RETURNING *
     )
     SELECT ${PAGE_COLUMNS}, COALESCE(u.name, c.name) AS name
       FROM p LEFT JOIN users u ON u.id = p.user_id LEFT JOIN contact_points c ON c.id = p.contact_point_id`,
    [notificationIds, ctx.now()],
  )

/**
 * Those of the incidents whose last step has open pages, but none that somebody could answer. Whoever was called by a step
 * before it has had their time.
 */
export const findUnanswerable = async (db: Database, incidentIds: readonly string[]): Promise<Set<string>> =>
  new Set(
    (
      await db.rows<{ id: string }>(
        `SELECT p.incident_id AS id FROM unnest($1::text[]) AS i(id)
          CROSS JOIN LATERAL (SELECT entry_id FROM pages WHERE incident_id = i.id ORDER BY paged_at DESC, id DESC LIMIT 1) l
           JOIN pages p ON p.entry_id = l.entry_id AND p.ended_at IS NULL
          GROUP BY p.incident_id HAVING bool_and(p.undeliverable_at IS NOT NULL)`,
        [incidentIds],
      )
    ).map(({ id }) => id),
  )
