import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { answerQuestions } from '../support/answers.js'
import { FIRST, LAST } from './document.js'

/** The limit: Node's http, one prepared statement written by hand for this one answer. No sign-in, no rules, no GraphQL. */

const STATEMENT = {
  name: 'open incidents',
  text: `
    SELECT json_agg(node)::text AS body FROM (
      SELECT json_build_object(
               'id', i.id, 'number', i.number, 'title', i.title, 'status', i.status, 'impact', i.impact, 'urgency', i.urgency,
               'priority', i.priority, 'createdAt', i.created_at, 'acknowledgedAt', i.acknowledged_at, 'resolvedAt', i.resolved_at,
               'version', i.version,
               'service', CASE WHEN s.id IS NOT NULL THEN json_build_object('id', s.id, 'name', s.name) END,
               'commander', CASE WHEN c.id IS NOT NULL THEN json_build_object('id', c.id, 'name', c.name) END,
               'timeline', t.entries) AS node
        FROM (SELECT * FROM incidents WHERE status IN ('TRIGGERED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'ON_HOLD')
               ORDER BY created_at DESC, id DESC LIMIT $1) i
        LEFT JOIN services s ON s.id = i.service_id
        LEFT JOIN users c ON c.id = i.commander_id
        CROSS JOIN LATERAL (
          SELECT json_agg(json_build_object(
                   'id', e.id, 'kind', e.kind, 'body', e.body, 'occurredAt', e.occurred_at,
                   'author', CASE WHEN a.id IS NOT NULL THEN json_build_object('id', a.id, 'name', a.name) END)
                 ORDER BY e.position) AS entries
            FROM (SELECT * FROM timeline_entries WHERE incident_id = i.id ORDER BY position DESC LIMIT $2) e
            LEFT JOIN users a ON a.id = e.actor_id AND e.actor_kind = 'USER'
        ) t
       ORDER BY i.created_at DESC, i.id DESC
    ) answer`,
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })

const server = createServer((request, response) => {
  request.resume()
  pool.query<{ body: string }>({ ...STATEMENT, values: [FIRST, LAST] }).then(
    ({ rows }) => {
      const { body } = rows[0]!
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        .end(body)
    },
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`)
      response.writeHead(500, { 'content-length': 0 }).end()
    },
  )
})
server.listen(0, '127.0.0.1', () => answerQuestions((server.address() as AddressInfo).port))
