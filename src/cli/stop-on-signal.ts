import { constants } from 'node:os'
import type { Logger } from '../platform/log.js'

/**
 * On the first SIGTERM or SIGINT: streams end in a way that clients retry, requests under way finish, and the process
 * ends with code 0. Whoever cannot wait sends a second one.
 */
export function stopOnSignal(stop: () => Promise<void>, log: Logger): void {
  let stopping = false
  const onSignal = (signal: 'SIGTERM' | 'SIGINT') => {
    if (stopping) process.exit(128 + constants.signals[signal])
    stopping = true
    log.info({ signal }, 'stopping; another signal stops at once')
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop properly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
