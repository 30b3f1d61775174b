import type { DestinationStream } from 'pino'
import { GRAPHQL_PATH } from '../api/http.js'
import { INTAKE_PATHS } from '../responders/integration.commands.js'
import { IntegrationKind } from '../responders/integration.entity.js'
import { INTEGRATIONS } from './company.js'
import type { SignIn } from './sign-in-tokens.js'

/** What the demo says to the person at the terminal. */

const print = (text: string): void => void process.stdout.write(`${text}\n`)

const clock = (at: Date): string => at.toTimeString().slice(0, 8)

export const tell = (line: string): void => print(`${clock(new Date())}  ${line}`)

/** Log lines, as a person reads them. */
export const readableLog: DestinationStream = {
  write(line) {
    const { time, level, msg, err } = JSON.parse(line) as { time: string; level: number; msg: string; err?: Error }
    const name = level >= 50 ? 'ERROR' : level >= 40 ? 'WARNING' : 'INFO'
    print(`${clock(new Date(time))}  ${name} ${msg}${err ? `: ${err.message}` : ''}`)
  },
}

export function welcome(url: string, signIns: readonly SignIn[]): void {
  const { key } = INTEGRATIONS.find(({ kind }) => kind === IntegrationKind.ALERTMANAGER)!
  print(`
Tocsin is ready: ${url}${GRAPHQL_PATH}

Open it in a browser and sign in with one of these tokens; or send it as \`Authorization: Bearer …\`:

${signIns.map(({ role, name, token }) => `  ${role.padEnd(12)} ${token}  ${name}`).join('\n')}

Monitoring tools report to:

${INTEGRATIONS.map(({ kind, key }) => `  ${kind.padEnd(12)} ${url}${INTAKE_PATHS[kind]}  key ${key}`).join('\n')}

For your Alertmanager:

  receivers:
    - name: tocsin
      webhook_configs:
        - url: ${url}${INTAKE_PATHS.ALERTMANAGER}
          send_resolved: true
          http_config:
            authorization:
              credentials: ${key}

Ctrl-C stops it. Another start keeps the data. What happens meanwhile:
`)
}
