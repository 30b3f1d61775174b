import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/** Structured logs, on standard output unless told. What could be a secret is cut out wherever it stands. */
export const createLogger = (level: string, destination: DestinationStream = pino.destination(1)): Logger =>
  pino(
    {
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
    },
    destination,
  )
