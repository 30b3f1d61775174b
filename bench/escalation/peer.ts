import { Logger, run } from 'graphile-worker'
import { Pool } from 'pg'
import { answerQuestions } from '../support/answers.js'

/** The same timers as jobs of graphile-worker as it comes: each job is a transaction that writes one page. */

const pool = new Pool({ connectionString: process.env['DATABASE_URL']!, max: 12 })
await pool.query('CREATE TABLE IF NOT EXISTS peer_pages (id text PRIMARY KEY, paged_at timestamptz NOT NULL)')
await run({
  pgPool: pool,
  concurrency: 10,
  noHandleSignals: true,
  logger: new Logger(() => () => undefined),
  taskList: {
    'escalation.due': async (payload, { withPgClient }) => {
      const [id] = (payload as { ids: [string] }).ids
      await withPgClient(async (client) => {
        await client.query('BEGIN')
        await client.query('SELECT 1 FROM escalations WHERE incident_id = $1 FOR UPDATE', [id])
        await client.query('INSERT INTO peer_pages VALUES ($1, now())', [id])
        await client.query('UPDATE escalations SET step = 0, due_at = NULL WHERE incident_id = $1', [id])
        await client.query('COMMIT')
      })
    },
  },
})
answerQuestions(null)
