import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { connect } from './story.js'

/**
 * The real senders: a Prometheus that scrapes a metric and an Alertmanager that notifies us. They come from Debian's
 * packages `prometheus` and `prometheus-alertmanager`.
 */
const missing = ['prometheus', 'prometheus-alertmanager'].filter((name) => spawnSync(name, ['--version']).error)
const story = missing.length > 0 ? it.skip : it
const reason = missing.length > 0 ? ` (skipped: ${missing.join(' and ')} not installed)` : ''

const EVENTS = `subscription {
  alertEvents { type alert { summary status occurrences severity incident { status priority } } actor { ... on Integration { name } } }
}`

let server: TestServer
let admin: Person
let depth = 0
let exporter: Server
let directory: string
const started: ChildProcess[] = []

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createTcpServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })

function run(command: string, ...args: string[]): void {
  started.push(spawn(command, args, { cwd: directory, stdio: 'ignore' }))
}

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
  directory = await mkdtemp(join(tmpdir(), 'tocsin-live-'))
  exporter = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4')
    response.end(`# TYPE queue_depth gauge\nqueue_depth ${depth}\n`)
  })
  await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  for (const process of started) process.kill('SIGKILL')
  exporter.close()
  await rm(directory, { recursive: true, force: true })
  await server.stop()
})

story(
  `hears from a live Prometheus and Alertmanager that an alert begins and ends${reason}`,
  async () => {
    const { key, url } = await connect(admin, { kind: 'ALERTMANAGER', name: 'Alertmanager' })
    const { port: exporterPort } = exporter.address() as AddressInfo
    const [prometheusPort, alertmanagerPort] = [await freePort(), await freePort()]
    await writeFile(
      join(directory, 'alertmanager.yml'),
      `route: {receiver: tocsin, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
receivers:
- name: tocsin
  webhook_configs: [{url: '${url}', send_resolved: true, http_config: {authorization: {type: Bearer, credentials: ${key}}}}]
`,
    )
    await writeFile(
      join(directory, 'prometheus.yml'),
      `global: {scrape_interval: 1s, evaluation_interval: 1s}
alerting: {alertmanagers: [{static_configs: [{targets: ['127.0.0.1:${alertmanagerPort}']}]}]}
rule_files: ['rules.yml']
scrape_configs: [{job_name: queue, static_configs: [{targets: ['127.0.0.1:${exporterPort}']}]}]
`,
    )
    await writeFile(
      join(directory, 'rules.yml'),
      `groups:
- name: live
  rules:
  - alert: QueueDepth
    expr: queue_depth > 100
    labels: {severity: critical}
    annotations: {summary: 'Queue depth {{ $value }}'}
`,
    )
    const events = await admin.subscribe(EVENTS)
    const alertmanager = ['--config.file=alertmanager.yml', '--storage.path=alertmanager', '--cluster.listen-address=']
    run('prometheus-alertmanager', ...alertmanager, `--web.listen-address=127.0.0.1:${alertmanagerPort}`)
    const prometheus = ['--config.file=prometheus.yml', '--storage.tsdb.path=prometheus']
    run('prometheus', ...prometheus, `--web.listen-address=127.0.0.1:${prometheusPort}`)

    depth = 250
    expect((await events.next()).data.alertEvents).toMatchObject({
      type: 'TRIGGERED',
      actor: { name: 'Alertmanager' },
      alert: { summary: 'Queue depth 250', status: 'OPEN', severity: 'CRITICAL', incident: { priority: 'P1' } },
    })
    depth = 0
    let last
    do last = (await events.next()).data.alertEvents
    while (last.type !== 'ENDED')
    expect(last.alert).toMatchObject({ status: 'ENDED', incident: { status: 'RESOLVED' } })
    events.stop()
  },
  120_000,
)
