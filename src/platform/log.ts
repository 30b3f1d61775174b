import { pino, type Logger } from 'pino'

export type { Logger }

/** Structured logs on standard output. What could be a secret is cut out wherever it stands. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'req.headers.authorization',
        'headers.authorization',
        '*.authorization',
        '*.token',
        '*.key',
        '*.password',
      ],
      censor: '(hidden)',
    },
  })
