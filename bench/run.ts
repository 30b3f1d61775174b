import { parseArgs } from 'node:util'
import type { Bench, Options } from './support/bench.js'
import { present } from './support/figures.js'

/**
 * The benchmarks: `npm run bench -- [NAME…] [--json] [options]`. Each starts its own PostgreSQL (fsync on) in a temporary
 * directory and its servers as processes of their own, compares both sides in one run, and ends by itself.
 */

const BENCHES: Record<string, () => Promise<{ bench: Bench }>> = {
  query: () => import('./query/query.bench.js'),
  fanout: () => import('./fanout/fanout.bench.js'),
  escalation: () => import('./escalation/escalation.bench.js'),
  intake: () => import('./intake/intake.bench.js'),
  relevance: () => import('./relevance/relevance.bench.js'),
  resume: () => import('./resume/resume.bench.js'),
  metrics: () => import('./metrics/metrics.bench.js'),
  search: () => import('./search/search.bench.js'),
  imports: () => import('./imports/imports.bench.js'),
}

const HELP = `npm run bench -- [NAME…] [options]

  NAME          ${Object.keys(BENCHES).join(', ')}; all of them when none is named
  --json        one JSON line per figure: {bench, figure, value, unit, ratioTo?, goal?, met?}
  --seconds N   how long a side is measured in each round
  --rounds N    how many rounds; sides alternate, and the median counts
  --only SIDE   only this side (may be repeated)
  --keep DIR    keeps PostgreSQL and its data there, and uses what is there already
  --profile     profiles Tocsin (or the sides of --only): writes a .cpuprofile and prints where its time goes
  --size N      another size than the benchmark's own: subscribers, events, rows
  --full        the size of the issue's figures where a smaller one is the default`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    only: { type: 'string', multiple: true },
    keep: { type: 'string' },
    profile: { type: 'boolean', default: false },
    size: { type: 'string' },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const fail = (message: string): never => {
  process.stderr.write(`${message}\n\n${HELP}\n`)
  process.exit(2)
}
const positive = (name: string, text: string | undefined): number | null => {
  if (text === undefined) return null
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : fail(`--${name} must be a number above 0, not ${text}`)
}

if (values.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}
const unknown = positionals.find((name) => !(name in BENCHES))
if (unknown) fail(`There is no benchmark named ${unknown}.`)

const options: Options = {
  seconds: positive('seconds', values.seconds),
  rounds: positive('rounds', values.rounds),
  only: values.only ?? null,
  keep: values.keep ?? null,
  profile: values.profile,
  size: positive('size', values.size),
  full: values.full,
  note: (line) => void process.stderr.write(`${line}\n`),
}
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  const { bench } = await BENCHES[name]!()
  for await (const figure of bench(options))
    process.stdout.write(`${values.json ? JSON.stringify({ bench: name, ...figure }) : present(name, figure)}\n`)
}
process.exit(0)
