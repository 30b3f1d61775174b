import { readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { join } from 'node:path'
import type { MeasuredProcess } from './process.js'

/** Profiles a server while `work` is done; writes `NAME.cpuprofile` where the benchmark was started. Answers a summary. */
export async function profiled(server: MeasuredProcess, name: string, work: () => Promise<unknown>): Promise<string> {
  const file = join(process.cwd(), `${name}.cpuprofile`)
  await server.ask('startProfile')
  await work()
  await server.ask('stopProfile', { file })
  return `${file}\n${await readProfile(file)}`
}

/**
 * Where the time of a process went: the packages, the functions with the most time of their own, and Tocsin's functions
 * with what they call.
 */
export async function readProfile(file: string, lines = 30): Promise<string> {
  const { nodes, samples = [], timeDeltas = [] } = JSON.parse(await readFile(file, 'utf8')) as Profiler.Profile
  const ownTime = new Map<number, number>()
  for (const [index, node] of samples.entries())
    ownTime.set(node, (ownTime.get(node) ?? 0) + Math.max(0, timeDeltas[index] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const [functions, places, whole] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()]
  let busy = 0
  // Deep recursion of the profiled code is rare; the profiler itself cuts stacks.
  const addUp = (id: number, above: ReadonlySet<string>): void => {
    const { callFrame, children = [] } = byId.get(id)!
    const time = ownTime.get(id) ?? 0
    const name = nameOf(callFrame)
    const path = /\/dist\/src\//.test(callFrame.url) ? new Set([...above, name]) : above
    if (time > 0 && !NOT_WORK.has(callFrame.functionName)) {
      busy += time
      add(functions, name, time)
      add(places, packageOf(callFrame), time)
      for (const one of path) add(whole, one, time)
    }
    for (const child of children) addUp(child, path)
  }
  addUp(nodes[0]!.id, new Set())
  const table = (times: Map<string, number>, count: number) =>
    [...times]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(6)} %  ${name}`)
      .join('\n')
  return `busy ${(busy / 1e6).toFixed(2)} s\n${table(places, 20)}\n\n${table(functions, lines)}\n\n${table(whole, lines)}`
}

/** The profiler's own start shows as `dispatch`. */
const NOT_WORK = new Set(['(idle)', 'dispatch'])

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time)
}

const nameOf = (frame: { functionName: string; url: string; lineNumber: number }) =>
  `${frame.functionName || '(anonymous)'} ${placeOf(frame)}:${frame.lineNumber + 1}`

const placeOf = ({ url }: { url: string }) => url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist)\//, '')

function packageOf({ url, functionName }: { url: string; functionName: string }): string {
  if (!url) return functionName.startsWith('(') ? functionName : '(native)'
  if (url.startsWith('node:')) return 'node'
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  return name ?? placeOf({ url })
}
