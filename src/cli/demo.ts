import { Command } from 'commander'
import { startDemo } from '../demo/demo.js'
import { readableLog, welcome } from '../demo/terminal.js'
import { readConfig } from '../platform/config.js'
import { createLogger } from '../platform/log.js'
import { stopOnSignal } from './stop-on-signal.js'

const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

/** For a first look. It tells people what happens, not machines: its logs are quiet unless LOG_LEVEL says otherwise. */
export const demoCommand = () =>
  new Command('demo')
    .description('Start the server with a demo company and a small stream of alerts and activity.')
    .action(async () => {
      const config = readConfig({ LOG_LEVEL: 'warn', ...process.env })
      const log = createLogger(config.logLevel, readableLog)
      if (!LOOPBACK.includes(config.host))
        log.warn('others reach this demo, and everybody knows the keys of its integrations')
      const demo = await startDemo(config, log)
      welcome(demo.url, demo.signIns)
      stopOnSignal(() => demo.stop(), log)
    })
