import { FROM, UNTIL } from './database.js'

/** The five headline figures, as a dashboard asks for them. */

const DURATION = '{ count mean p50 p90 }'
const FIGURES = `mttd ${DURATION} mtta ${DURATION} mttr ${DURATION} resolutionRate { value count } slaCompliance { value count }`
const GROUPS = `{ groups { keys { value } ${FIGURES} } }`

const input = (groupBy: readonly string[]) => ({ from: FROM, until: UNTIL, groupBy })

export interface Question {
  readonly query: string
  readonly variables: object
}

/** Of each month, team and priority: 600 groups. */
export const BY_ALL: Question = {
  query: `query ($input: MetricsInput!) { metrics(input: $input) ${GROUPS} }`,
  variables: { input: input(['MONTH', 'TEAM', 'PRIORITY']) },
}

/** Three charts of one page: by month, by team, by priority. */
export const BY_EACH: Question = {
  query: `query ($month: MetricsInput!, $team: MetricsInput!, $priority: MetricsInput!) {
    month: metrics(input: $month) ${GROUPS} team: metrics(input: $team) ${GROUPS} priority: metrics(input: $priority) ${GROUPS} }`,
  variables: { month: input(['MONTH']), team: input(['TEAM']), priority: input(['PRIORITY']) },
}

/** What opens a stream that tells how many were opened. */
export const OPENED = {
  query:
    'subscription ($input: MetricsInput!) { metricsChanged(input: $input) { total { opened mtta { mean p50 } } } }',
  variables: { input: { from: FROM, until: '2030-01-01T00:00:00.000Z' } },
}

const PERCENTILES = (from: string, to: string) => `percentile_disc('{0.5,0.9}'::float8[]) WITHIN GROUP
  (ORDER BY extract(epoch FROM ${to} - ${from}))`
const MEASURES = (['detected_at', 'created_at'] as const).map(
  (from) => `avg(extract(epoch FROM resolved_at - ${from})), ${PERCENTILES(from, 'resolved_at')}`,
)

/** The same from the facts, without sign-in and rules but that one: three means with percentiles, and two rates. */
export const plainSql = (columns: readonly string[]): string =>
  `SELECT ${columns.join(', ')}, count(*), ${MEASURES.join(', ')},
          avg(extract(epoch FROM acknowledged_at - created_at)), ${PERCENTILES('created_at', 'acknowledged_at')},
          avg((resolution = 'MET')::int), avg((promises = 'MET')::int)
     FROM incident_facts
    WHERE created_at >= '${FROM}' AND created_at < '${UNTIL}' AND NOT drill AND visibility IN ('ORGANIZATION', 'TEAM')
    GROUP BY ${columns.map((_, index) => index + 1).join(', ')}`

export const COLUMNS = { month: `date_trunc('month', created_at, 'UTC')`, team: 'team_id', priority: 'priority' }
