import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'

/**
 * A moment. The text is RFC 3339 with an offset or Z; what is answered is UTC with milliseconds. Years from 1970 to
 * 2199 are taken: anything else is a sender's mistake, and PostgreSQL's own limits lie far outside.
 */
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

export function parseMoment(value: unknown): Date {
  const match = typeof value === 'string' ? RFC_3339.exec(value) : null
  if (!match) throw new GraphQLError('A DateTime is RFC 3339 text such as 2026-11-23T09:30:00Z.')
  const moment = new Date(value as string)
  const lastDay = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()
  if (Number.isNaN(moment.getTime()) || Number(match[3]) > lastDay)
    throw new GraphQLError('This DateTime names a day or time that does not exist.')
  if (moment.getUTCFullYear() < 1970 || moment.getUTCFullYear() > 2199)
    throw new GraphQLError('A DateTime must lie in the years 1970 to 2199.')
  return moment
}

/** Text of a moment in UTC as PostgreSQL's JSON has it; its fraction lacks trailing zeros. */
const DATABASE_UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3}))?\+00:00$/

/** Rows hold `Date`s; what was read as JSON, from a payload or along with a list, holds text. */
function printMoment(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  const text = value as string
  if (text.length === 24 && text.endsWith('Z')) return text
  const match = DATABASE_UTC.exec(text)
  return match ? `${match[1]}.${(match[2] ?? '').padEnd(3, '0')}Z` : new Date(text).toISOString()
}

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A moment: RFC 3339 with an offset or Z, years 1970 to 2199. Answers are in UTC with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: printMoment,
  parseValue: parseMoment,
  parseLiteral: (node) => parseMoment(node.kind === Kind.STRING ? node.value : undefined),
})
