import pg from 'pg'

/** What goes on beside: the event log, sign-in, the jobs, the watch over them, the figures. */
const BESIDES =
  /events|api_tokens|pg_notify|graphile_worker|job_pools|min\("dueAt"\)|integration_id IS NULL AND group_key|tocsin\.metrics|metric_feed|metric_cells|incident_facts|imported_incidents m/

/** The reads that PostgreSQL is asked for while `work` runs. */
export async function readsDuring<T>(work: () => Promise<T>): Promise<{ reads: string[]; result: T }> {
  const query = jest.spyOn(pg.Client.prototype, 'query')
  try {
    const result = await work()
    const texts = query.mock.calls.map(([statement]) =>
      typeof statement === 'string' ? statement : String((statement as { text?: unknown } | undefined)?.text),
    )
    return {
      result,
      reads: texts.filter((text) => /^\s*(SELECT|WITH)/.test(text) && !BESIDES.test(text)),
    }
  } finally {
    query.mockRestore()
  }
}
