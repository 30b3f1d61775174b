import { tokenOf } from '../support/company.js'
import { answerQuestions } from '../support/answers.js'
import { type Subscriber, cursorOf, subscribe } from '../support/subscriber.js'

/** Subscribers whose connection is cut again and again; each comes back with the last cursor that it has seen. */

const DOCUMENT = `subscription ($after: String) { incidentEvents(after: $after) { cursor type incident { id version } } }`

interface Follower {
  cursor: string
  /** Ids of the events, as they arrived. */
  readonly ids: number[]
  connection: Subscriber | null
  connections: number
}

let followers: Follower[] = []
let cutting = false
let cuts = 0
const reasons = new Map<string, number>()

const between = (least: number, most: number) => least + Math.random() * (most - least)

/** A cursor is `epoch.xid.id`, in base64url. */
const idOf = (cursor: string) => {
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  return Number(text.slice(text.lastIndexOf('.') + 1))
}

function follow(follower: Follower, number: number, port: number): void {
  follower.connections++
  const connection = subscribe({
    port,
    token: tokenOf(50 + number),
    query: DOCUMENT,
    variables: { after: follower.cursor },
    onNext: (message) => {
      follower.cursor = cursorOf(message)
      follower.ids.push(idOf(follower.cursor))
    },
    onEnd: (code, reason) => {
      const why = code === null && reason === '' ? 'cut, or the server died' : `${code ?? ''} ${reason}`
      reasons.set(why, (reasons.get(why) ?? 0) + 1)
      follower.connection = null
      setTimeout(() => follow(follower, number, port), between(5, 100))
    },
  })
  follower.connection = connection
}

function cutNow(follower: Follower, every: number): void {
  setTimeout(
    () => {
      if (cutting && follower.connection) {
        cuts++
        follower.connection.cut()
      }
      cutNow(follower, every)
    },
    between(0.1 * every, 1.9 * every),
  )
}

answerQuestions(null, {
  /** `every`: milliseconds between two cuts of one of them, in the mean. */
  start: ({ port, cursor, count, every }: { port: number; cursor: string; count: number; every: number }) => {
    cutting = true
    followers = Array.from({ length: count }, () => ({ cursor, ids: [], connection: null, connections: 0 }))
    for (const [number, follower] of followers.entries()) {
      follow(follower, number, port)
      cutNow(follower, every)
    }
  },
  spare: () => void (cutting = false),
  received: () => followers.map(({ ids }) => ids.length),
  result: () => ({ ids: followers.map(({ ids }) => Float64Array.from(ids)), cuts, reasons }),
})
