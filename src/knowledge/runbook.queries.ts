import { predicate } from '../access/rules.js'
import { ALERT_ACCESS } from '../alerts/alert.queries.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import type { Bind } from '../platform/paging.js'
import { type Article, ArticleKind } from './article.js'
import { ARTICLE_COLUMNS, readableArticles } from './article.queries.js'
import { type Runbook, RunbookClue } from './runbook.js'

/**
 * From alerts to the articles that help with them. Senders say the same in different places: Alertmanager in labels and
 * annotations (which are kept as details), PagerDuty's senders in custom details, in `class` and in links.
 */

/** An incident in a storm has thousands; those that fire come first, then the newest. */
const MOST_ALERTS = 200
const MOST_RUNBOOKS = 20

/** What the alerts in `told` say of themselves: `address(key, url)` and `named(key, name)`. */
const CLUES = `
  address AS (
    SELECT DISTINCT told.key, said.url FROM told CROSS JOIN LATERAL (
      SELECT * FROM (
        VALUES (labels ->> 'runbook_url'), (details ->> 'runbook_url'), (labels ->> 'runbook'), (details ->> 'runbook')
      ) v
      UNION ALL SELECT link ->> 'url' FROM jsonb_array_elements(links) AS link WHERE lower(link ->> 'text') = 'runbook'
    ) AS said(url) WHERE said.url ~* '^https?://'
  ), named AS (
    SELECT DISTINCT told.key, said.name FROM told CROSS JOIN LATERAL (
      VALUES (labels ->> 'alertname'), (details ->> 'alertname'), (labels ->> 'class')
    ) AS said(name) WHERE said.name <> ''
  )`

/** Some alerts of each incident in `$1`. @param where in a statement that names their incident `h` */
const OF_INCIDENTS = (where: string) => `
  SELECT asked.id AS key, al.labels, al.details, al.links, al.service_id
    FROM unnest($1::text[]) AS asked(id) CROSS JOIN LATERAL (
      SELECT al.* FROM alerts al JOIN incidents h ON h.id = al.incident_id WHERE al.incident_id = asked.id AND ${where}
       ORDER BY al.status DESC, al.first_seen_at DESC, al.id DESC LIMIT ${MOST_ALERTS}
    ) al`

/** Of these kinds is what helps with a service as a whole; how-tos and policies do not help with what is on fire. */
const HELPS_A_SERVICE = [ArticleKind.RUNBOOK, ArticleKind.KNOWN_ERROR].map((kind) => `'${kind}'`).join(', ')

/** Published articles that are known by any of the words, once for each: `a(id, kind, word)`. One look at an index. */
const knownBy = (column: string, words: string) =>
  `(SELECT a.id, a.kind, unnest(${column}) AS word FROM articles a
     WHERE ${column} && ARRAY(${words}) AND a.published_version IS NOT NULL) a`

/** @param told reads the alerts, each under a key of `$1`; @param served the services beside those of alerts */
async function findRunbooks(
  ctx: Context,
  keys: readonly string[],
  told: (where: string) => string,
  served: (where: string) => string,
): Promise<Map<string, Runbook[]>> {
  const values: unknown[] = [keys]
  const bind: Bind = (value) => `$${values.push(value)}`
  const where = predicate(ctx.actor, 'alert.read', ALERT_ACCESS)(bind)
  const rows = await ctx.db.rows<Article & { key: string; by: RunbookClue; value: string }>(
    `WITH told AS (${told(where)}), ${CLUES},
     served AS (SELECT key, service_id FROM told WHERE service_id IS NOT NULL ${served(where)}),
     found AS (
       SELECT DISTINCT ON (key, id) * FROM (
         SELECT address.key, a.id, 1 AS rank, '${RunbookClue.RUNBOOK_URL}' AS by, address.url AS value
           FROM ${knownBy('a.runbook_keys', 'SELECT runbook_key(url) FROM address')}
           JOIN address ON runbook_key(address.url) = a.word
         UNION ALL SELECT named.key, a.id, 2, '${RunbookClue.ALERT_NAME}', named.name
           FROM ${knownBy('a.alert_names', 'SELECT name FROM named')} JOIN named ON named.name = a.word
         UNION ALL SELECT served.key, a.id, 3, '${RunbookClue.SERVICE}', s.name
           FROM ${knownBy('a.service_ids', 'SELECT service_id::text FROM served')}
           JOIN served ON served.service_id = a.word JOIN services s ON s.id = served.service_id
          WHERE a.kind IN (${HELPS_A_SERVICE})
       ) AS matching ORDER BY key, id, rank, value
     ), ranked AS (
       SELECT found.key, found.by, found.value, ${ARTICLE_COLUMNS},
              row_number() OVER (PARTITION BY found.key
                ORDER BY found.rank, a.kind = '${ArticleKind.RUNBOOK}' DESC, a.published_at DESC, a.id) AS place
         FROM found JOIN articles a ON a.id = found.id
        WHERE ${readableArticles(ctx.actor)(bind)}
     )
     SELECT * FROM ranked WHERE place <= ${MOST_RUNBOOKS} ORDER BY key, place`,
    values,
  )
  return new Map(
    [...groupBy(rows, ({ key }) => key)].map(([key, found]) => [
      key,
      found.map(({ by, value, ...article }) => ({ by, value, article })),
    ]),
  )
}

/** The strongest first. None for those who do not see the alerts of the incident. */
export const loadRunbooksOfIncident = defineLoader((ctx, incidentIds: readonly string[]) =>
  findRunbooks(
    ctx,
    incidentIds,
    OF_INCIDENTS,
    (where) =>
      `UNION SELECT h.id, h.service_id FROM incidents h WHERE h.id = ANY($1::text[]) AND h.service_id IS NOT NULL AND ${where}`,
  ),
)

/** The same for alerts. */
export const loadRunbooksOfAlert = defineLoader((ctx, alertIds: readonly string[]) =>
  findRunbooks(
    ctx,
    alertIds,
    (where) =>
      `SELECT al.id AS key, al.labels, al.details, al.links, al.service_id
         FROM alerts al JOIN incidents h ON h.id = al.incident_id WHERE al.id = ANY($1::text[]) AND ${where}`,
    () => '',
  ),
)

export interface AlertClues {
  readonly urls: string[]
  readonly names: string[]
  readonly serviceIds: string[]
}

/** What the alerts of an incident say, in alphabetical order. Without a look at access. */
export const findAlertClues = async (db: Database, incidentId: string): Promise<AlertClues> =>
  (await db.row<AlertClues>(
    `WITH told AS (${OF_INCIDENTS('true')}), ${CLUES}
     SELECT ARRAY(SELECT url FROM address ORDER BY url) AS urls, ARRAY(SELECT name FROM named ORDER BY name) AS names,
            ARRAY(SELECT DISTINCT service_id::text FROM told WHERE service_id IS NOT NULL ORDER BY 1) AS "serviceIds"`,
    [[incidentId]],
  ))!
