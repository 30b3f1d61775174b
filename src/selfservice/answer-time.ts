import type { DataSource } from 'typeorm'
import { DAY } from '../platform/wall-clock.js'

/**
 * How long whoever reported something may say that it is not solved, and rate it. It is set once at start and kept by the
 * database that the server works on. What was promised with a resolution stays, whatever is set later.
 */
const days = new WeakMap<DataSource, number>()

const DEFAULT = 7

export const configureAnswerTime = (source: DataSource, value: number): void => void days.set(source, value)

export const answerUntil = (source: DataSource, resolvedAt: Date): Date =>
  new Date(resolvedAt.getTime() + (days.get(source) ?? DEFAULT) * DAY)
