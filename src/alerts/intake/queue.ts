import { Gauge, Histogram } from 'prom-client'
import { databaseFailure } from '../../platform/database.js'
import { ErrorCode, UserError } from '../../platform/errors.js'
import { registry } from '../../platform/metrics.js'
import type { GroupEnd, Report, Signal } from '../signal.js'

/**
 * Requests that arrive while a transaction is under way wait and share the next one, so that the cost of a commit is
 * split among as many as there are. A request is answered when its transaction has committed. If a shared one fails for
 * a reason that lies in the data, each of its requests is tried alone, and only the one at fault fails.
 *
 * The queue is bounded: beyond its length, and while the database is away, the answer is UNAVAILABLE at once, and senders
 * try again.
 */

const REQUESTS_AT_ONCE = 64
const REPORTS_AT_ONCE = 256
/** Of one large request; more would take more locks than PostgreSQL has. */
const REPORTS_IN_TRANSACTION = 500
const LONGEST = 10_000 // reports
/** While one batch waits for its commit, another is worked out. */
const BATCHES_AT_ONCE = 2

const waitingReports = new Gauge({
  name: 'tocsin_intake_waiting_reports',
  help: 'Reports of alerts and beats that wait for a transaction.',
  registers: [registry],
})
const batchRequests = new Histogram({
  name: 'tocsin_intake_batch_requests',
  help: 'Requests that shared a transaction.',
  buckets: [1, 2, 4, 8, 16, 32, 64],
  registers: [registry],
})

export type AnyReport = Report<Signal | GroupEnd>

interface Request<R> {
  readonly reports: readonly R[]
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export class IntakeQueue<R = AnyReport> {
  private readonly waiting: Request<R>[] = []
  private length = 0
  private batches = 0

  /** @param receive commits what the reports say */
  constructor(private readonly receive: (reports: readonly R[]) => Promise<unknown>) {}

  /** Resolves once the reports are committed. Errors: UNAVAILABLE; anything else is a bug. */
  submit(reports: readonly R[]): Promise<void> {
    if (reports.length === 0) return Promise.resolve()
    if (this.length > 0 && this.length + reports.length > LONGEST)
      return Promise.reject(new UserError(ErrorCode.UNAVAILABLE, 'Too many reports are waiting. Try again.'))
    return new Promise((done, failed) => {
      this.waiting.push({ reports, done, failed })
      this.count(reports.length)
      if (this.batches < BATCHES_AT_ONCE) void this.work()
    })
  }

  private count(more: number): void {
    this.length += more
    waitingReports.inc(more)
  }

  private async work(): Promise<void> {
    this.batches++
    while (this.waiting.length > 0) {
      const batch = this.take()
      batchRequests.observe(batch.length)
      await this.process(batch)
    }
    this.batches--
  }

  private take(): Request<R>[] {
    let requests = 0
    let reports = 0
    do reports += this.waiting[requests++]!.reports.length
    while (
      requests < REQUESTS_AT_ONCE &&
      requests < this.waiting.length &&
      reports + this.waiting[requests]!.reports.length <= REPORTS_AT_ONCE
    )
    this.count(-reports)
    return this.waiting.splice(0, requests)
  }

  private async process(batch: readonly Request<R>[]): Promise<void> {
    try {
      const reports = batch.flatMap((request) => request.reports)
      for (let start = 0; start < reports.length; start += REPORTS_IN_TRANSACTION)
        await this.receive(reports.slice(start, start + REPORTS_IN_TRANSACTION))
      for (const { done } of batch) done()
    } catch (error) {
      const unavailable = databaseFailure(error)
      if (batch.length === 1 || unavailable) for (const { failed } of batch) failed(unavailable ?? error)
      else for (const request of batch) await this.process([request])
    }
  }
}
