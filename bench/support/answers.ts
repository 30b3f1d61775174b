import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import type { Usage } from './process.js'

/** What a process of a benchmark says of itself: the other end of `process.ts`. */

export type Answers = Readonly<Record<string, (question: never) => unknown>>

let session: Session | null = null

const ANSWERS: Answers = {
  usage: (): Usage => {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external } = process.memoryUsage()
    return { cpu: (user + system) / 1e6, resident: rss, heap: heapUsed, external }
  },
  collectGarbage: () => globalThis.gc?.(),
  startProfile: async () => {
    session = new Session()
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: 500 })
    await session.post('Profiler.start')
  },
  stopProfile: async ({ file }: { file: string }) => {
    const { profile } = await session!.post('Profiler.stop')
    session!.disconnect()
    await writeFile(file, JSON.stringify(profile))
  },
}

/** Says that it is ready, a server on which port; answers questions from then on. */
export function answerQuestions(port: number | null, own: Answers = {}): void {
  const answers: Answers = { ...ANSWERS, ...own }
  process.on('message', async (question: { id: number; ask: string }) => {
    try {
      process.send!({ id: question.id, answer: await answers[question.ask]!(question as never) })
    } catch (error) {
      process.send!({ id: question.id, error: (error as Error).stack })
    }
  })
  process.on('disconnect', () => process.exit(0)) // nobody measures any more
  process.send!({ id: 0, answer: { port } })
}
