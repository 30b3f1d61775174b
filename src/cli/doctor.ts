import { Command } from 'commander'
import { type Finding, State, examine } from './examination.js'

/** Says what is well and what is not, and what to do about it. It changes nothing. */
export const doctorCommand = () =>
  new Command('doctor')
    .description('Check this installation: one line per check, code 1 when something keeps Tocsin from working.')
    .option('--json', 'answer as one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const findings: Finding[] = []
      for await (const finding of examine(process.env)) {
        findings.push(finding)
        if (!json) process.stdout.write(inWords(finding))
      }
      const ok = findings.every(({ state }) => state !== State.FAIL)
      if (json) process.stdout.write(`${JSON.stringify({ ok, checks: findings }, null, 2)}\n`)
      process.exitCode = ok ? 0 : 1
    })

const inWords = ({ state, check, found, advice }: Finding) =>
  `${state.padEnd(5)} ${check.padEnd(14)} ${found}${advice ? `. ${advice}` : ''}\n`
