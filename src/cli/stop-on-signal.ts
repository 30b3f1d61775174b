import { constants } from 'node:os'
import type { Logger } from '../platform/log.js'

/** Ctrl-C reaches a process that npm runs twice: from the terminal, and passed on by npm. */
const ONE_KEYSTROKE = 500 // milliseconds

/**
 * On the first SIGTERM or SIGINT: streams end in a way that clients retry, requests under way finish, and the process
 * ends with code 0. Whoever cannot wait sends a second one.
 */
export function stopOnSignal(stop: () => Promise<void>, log: Logger): void {
  let stoppingSince: number | null = null
  const onSignal = (signal: 'SIGTERM' | 'SIGINT') => {
    if (stoppingSince !== null) {
      if (signal === 'SIGINT' && performance.now() - stoppingSince < ONE_KEYSTROKE) return
      process.exit(128 + constants.signals[signal])
    }
    stoppingSince = performance.now()
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
