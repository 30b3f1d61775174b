import { type AnyReport, IntakeQueue } from '../../../src/alerts/intake/queue.js'
import { aSignal, reportOf } from '../given.js'

const reports = (count: number, dedupKey = 'disk'): AnyReport[] =>
  Array.from({ length: count }, () => reportOf({ ...aSignal, dedupKey }))

/** Batches wait until they are let through. */
class Gate {
  readonly sizes: number[] = []
  private readonly waiting: { pass: () => void; fail: (error: Error) => void }[] = []
  readonly receive = (batch: readonly AnyReport[]) => {
    this.sizes.push(batch.length)
    return new Promise<void>((pass, fail) => this.waiting.push({ pass, fail }))
  }

  /** The oldest batch, and whatever follows from it. */
  async pass(error?: Error): Promise<void> {
    const { pass, fail } = this.waiting.shift()!
    if (error) fail(error)
    else pass()
    await new Promise(setImmediate)
  }
}

it('lets what waits share a transaction, up to 64 requests', async () => {
  const gate = new Gate()
  const queue = new IntakeQueue(gate.receive)
  const answers = Array.from({ length: 100 }, () => queue.submit(reports(1)))
  expect(gate.sizes).toEqual([1, 1])
  await gate.pass()
  await gate.pass()
  expect(gate.sizes).toEqual([1, 1, 64, 34])
  await gate.pass()
  await gate.pass()
  await expect(Promise.all(answers)).resolves.toHaveLength(100)
})

it('splits a large request among transactions and answers it after the last', async () => {
  const gate = new Gate()
  let answered = false
  const answer = new IntakeQueue(gate.receive).submit(reports(1_200)).then(() => (answered = true))
  for (const size of [500, 500, 200]) {
    expect(gate.sizes.at(-1)).toBe(size)
    expect(answered).toBe(false)
    await gate.pass()
  }
  await answer
})

it('fails only the request at fault', async () => {
  const queue = new IntakeQueue(async (batch) => {
    await new Promise(setImmediate)
    if (batch.some(({ signal }) => (signal as typeof aSignal).dedupKey === 'bad')) throw new Error('no such thing')
  })
  const keys = ['a', 'b', 'c', 'bad', 'd', 'e']
  const answers = await Promise.allSettled(keys.map((key) => queue.submit(reports(1, key))))
  expect(answers.map(({ status }) => status === 'fulfilled')).toEqual(keys.map((key) => key !== 'bad'))
})

it.each([
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  Object.assign(new Error('shutting down'), { code: '57P01' }),
  new Error('Connection terminated unexpectedly'),
])('is unavailable while the database is away: %s', async (error) => {
  let attempts = 0
  const queue = new IntakeQueue(async () => {
    attempts++
    throw error
  })
  const answers = await Promise.allSettled([1, 2, 3, 4].map(() => queue.submit(reports(1))))
  expect(answers).toEqual(
    Array(4).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'UNAVAILABLE' }) }),
  )
  expect(attempts).toBe(3) // two at once, and the rest together: none is tried again alone
})

it('takes no more than it can hold', async () => {
  const gate = new Gate()
  const queue = new IntakeQueue(gate.receive)
  void queue.submit(reports(1))
  void queue.submit(reports(1))
  void queue.submit(reports(9_999))
  void queue.submit(reports(1))
  await expect(queue.submit(reports(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
