/**
 * Gathers what comes at the same time and works on it together, so that many share the cost of one transaction. If a
 * batch fails, each of its members is tried alone, and only the one at fault fails.
 */
export class Batches<T> {
  private readonly waiting: Member<T>[] = []
  private atWork = 0

  constructor(
    private readonly work: (members: readonly T[]) => Promise<void>,
    private readonly limits: { readonly size: number; readonly atOnce: number },
  ) {}

  /** Resolves once the batch of this member is done. */
  add(value: T): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ value, done, failed })
      // What comes within this turn of the event loop shares the batch.
      if (this.waiting.length === 1) setImmediate(() => this.next())
    })
  }

  private next(): void {
    while (this.waiting.length > 0 && this.atWork < this.limits.atOnce) {
      this.atWork++
      void this.process(this.waiting.splice(0, this.limits.size)).finally(() => {
        this.atWork--
        this.next()
      })
    }
  }

  private async process(batch: readonly Member<T>[]): Promise<void> {
    try {
      await this.work(batch.map(({ value }) => value))
      for (const { done } of batch) done()
    } catch (error) {
      if (batch.length === 1) batch[0]!.failed(error)
      else for (const member of batch) await this.process([member])
    }
  }
}

interface Member<T> {
  readonly value: T
  readonly done: () => void
  readonly failed: (error: unknown) => void
}
