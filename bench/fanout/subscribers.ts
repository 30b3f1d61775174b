import { answerQuestions } from '../support/answers.js'
import { type Subscriber, cursorOf, subscribe } from '../support/subscriber.js'
import { PEOPLE, tokenOf } from '../support/company.js'
import { DOCUMENT } from './document.js'

/** Many subscribers in one process, in crowds: one crowd for each server. Each counts what arrives. */

interface Crowd {
  readonly members: Subscriber[]
  received: number
  ended: string[]
  /** The latest message, for who wants to see one. */
  latest: Buffer | null
  /** Times of arrival by cursor, of every `sampled`-th member; milliseconds of the machine's monotonic clock. */
  arrivals: Map<string, number[]> | null
}

const crowds = new Map<string, Crowd>()
const SAMPLED = 10

const monotonic = () => Number(process.hrtime.bigint()) / 1e6

answerQuestions(null, {
  join: async ({ name, port, count }: { name: string; port: number; count: number }) => {
    const crowd: Crowd = { members: [], received: 0, ended: [], latest: null, arrivals: null }
    crowds.set(name, crowd)
    for (let index = 0; index < count; index++) {
      const sampled = index % SAMPLED === 0
      const member = subscribe({
        port,
        token: tokenOf(1 + (index % PEOPLE)),
        query: DOCUMENT,
        variables: {},
        onNext: (message) => {
          crowd.received++
          if (!sampled) return
          if (index === 0) crowd.latest = message
          if (crowd.arrivals) {
            const cursor = cursorOf(message)
            const times = crowd.arrivals.get(cursor)
            if (times) times.push(monotonic())
            else crowd.arrivals.set(cursor, [monotonic()])
          }
        },
        onEnd: (code, reason) => crowd.ended.push(`${code} ${reason}`),
      })
      crowd.members.push(member)
      if (index % 50 === 49) await Promise.all(crowd.members.slice(-50).map(({ connected }) => connected))
    }
    await Promise.all(crowd.members.map(({ connected }) => connected))
  },
  received: ({ name }: { name: string }) => {
    const { received, ended } = crowds.get(name)!
    return { received, ended: ended.slice(0, 3) }
  },
  latest: ({ name }: { name: string }) => crowds.get(name)!.latest?.toString() ?? null,
  sample: ({ name }: { name: string }) => void (crowds.get(name)!.arrivals = new Map()),
  arrivals: ({ name }: { name: string }) => crowds.get(name)!.arrivals,
  leave: ({ name }: { name: string }) => {
    for (const member of crowds.get(name)?.members ?? []) member.cut()
    crowds.delete(name)
  },
})
