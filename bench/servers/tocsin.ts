import 'reflect-metadata'
import { startServer } from '../../src/main.js'
import { readConfig } from '../../src/platform/config.js'
import { createLogger } from '../../src/platform/log.js'
import { answerQuestions } from '../support/answers.js'

/** Tocsin as `tocsin serve` runs it, and it says what it costs. */
const config = readConfig(process.env)
const server = await startServer(config, { log: createLogger(config.logLevel) })
process.once('SIGTERM', () => void server.stop().finally(() => process.exit(0)))
answerQuestions(Number(new URL(server.url).port))
