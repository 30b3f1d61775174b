import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { buildSchema } from 'graphql'

/**
 * A change of the schema that breaks clients has to be meant: `npm run check` fails on one until docs/schema-changes.md
 * tells of it. The schema is compared with the last committed one that is different.
 */

const SCHEMA = 'schema/schema.graphql'
const DECLARATIONS = 'docs/schema-changes.md'

/** The messages of the breaking changes from one schema to another of which no line of the declarations tells. */
export async function undeclaredChanges(before, after, declarations) {
  const declared = new Set(declarations.split('\n').map((line) => line.replace(/^- /, '').trim()))
  const changes = await diff(buildSchema(before), buildSchema(after))
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message)
    .filter((message) => !declared.has(message))
}

function committed(revision) {
  try {
    return execFileSync('git', ['show', `${revision}:${SCHEMA}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return null // no such commit, or no schema in it
  }
}

async function check() {
  const after = readFileSync(SCHEMA, 'utf8')
  const before = ['HEAD', 'HEAD~1'].map(committed).find((text) => text !== null && text !== after)
  const undeclared = before ? await undeclaredChanges(before, after, readFileSync(DECLARATIONS, 'utf8')) : []
  if (undeclared.length === 0) return
  process.stderr.write(
    `The schema changes in ways that break clients. If that is meant, say so in ${DECLARATIONS}:\n\n`,
  )
  for (const message of undeclared) process.stderr.write(`- ${message}\n`)
  process.exitCode = 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void check()
