import { bearer, connect, post } from '../alerts/story.js'
import { captures } from '../alerts/captures.js'
import { change as changeIncident } from '../incidents/story.js'
import type { Person } from '../support/person.js'
import { readsDuring } from '../support/statements.js'
import { type Stage, change, setStage, write, writeAndPublish } from './story.js'

/** What to do about what is on fire: articles that alerts lead to. The alerts are those of a real Alertmanager. */

let stage: Stage
beforeEach(async () => void (stage = await setStage()))
afterEach(() => stage.server.stop())

const RUNBOOKS = 'runbooks { by value article { title } }'
type Shown = { title: string; runbooks: { by: string; value: string; article: { title: string } }[] }

const shown = ({ runbooks }: Shown) => runbooks.map(({ by, value, article }) => [article.title, by, value])

/** The runbooks of every incident that somebody sees, by its title. */
async function seen(person: Person): Promise<Record<string, string[][]>> {
  const { incidents } = await person.run(
    `{ incidents(first: 100, orderBy: OLDEST) { edges { node { title ${RUNBOOKS} } } } }`,
  )
  const nodes: Shown[] = incidents.edges.map(({ node }: { node: Shown }) => node)
  return Object.fromEntries(nodes.map((node) => [node.title, shown(node)]))
}

/** A sender for a service, and what it sends as Alertmanager does. */
async function alertmanager(serviceId?: string) {
  const admin = await stage.server.as('ADMIN')
  const { key, url } = await connect(admin, { kind: 'ALERTMANAGER', serviceId })
  return async (body: unknown) => expect((await post(url, body, bearer(key))).status).toBe(200)
}

const alert = (labels: Record<string, string>, annotations: Record<string, string> = {}) => ({
  ...{ version: '4', groupKey: JSON.stringify(labels), status: 'firing', externalURL: 'http://am' },
  alerts: [{ status: 'firing', labels, annotations, startsAt: stage.server.clock.now().toISOString() }],
})

describe('The runbook of an alert', () => {
  it('is found by the address that a real Alertmanager sends, by the name of the alert, by the service', async () => {
    const { server, ada } = stage
    const workers = await server.service('Workers')
    await writeAndPublish(stage, { title: 'By address', runbookUrls: ['HTTPS://Example.com/runbooks/InstanceDown/'] })
    await writeAndPublish(stage, { title: 'By name', alertNames: ['InstanceDown'], audience: 'INTERNAL' })
    await writeAndPublish(stage, { title: 'By service', kind: 'RUNBOOK', serviceIds: [workers] })
    await writeAndPublish(stage, { title: 'How to order a worker', serviceIds: [workers] })
    await writeAndPublish(stage, { title: 'Of another alert', alertNames: ['instancedown'] })
    await writeAndPublish(stage, { title: 'Below it', runbookUrls: ['https://example.com/runbooks/instancedown'] })
    const down = captures('alertmanager-webhook').find(({ body }) => body.includes('InstanceDown'))!
    const send = await alertmanager(workers)
    await send(JSON.parse(down.body))
    const [runbooks] = Object.values(await seen(ada))
    expect(runbooks).toEqual([
      ['By address', 'RUNBOOK_URL', 'https://example.com/runbooks/InstanceDown'],
      ['By name', 'ALERT_NAME', 'InstanceDown'],
      ['By service', 'SERVICE', 'Workers'],
    ])
    const { alerts } = await ada.run(`{ alerts(first: 1) { edges { node { ${RUNBOOKS} } } } }`)
    expect(shown(alerts.edges[0].node)).toEqual(runbooks)
  })

  it('is named once, by the strongest of what leads to it', async () => {
    const { server, ada } = stage
    const pay = await server.service('Payments')
    const address = 'https://wiki.example.com/Slow?x=1'
    await writeAndPublish(stage, {
      ...{ title: 'Slow', kind: 'RUNBOOK', alertNames: ['Slow'], runbookUrls: [address], serviceIds: [pay] },
    })
    const send = await alertmanager(pay)
    await send(alert({ alertname: 'Slow' }, { runbook_url: address }))
    expect(Object.values(await seen(ada))).toEqual([[['Slow', 'RUNBOOK_URL', address]]])
  })

  it('is found by what senders of PagerDuty events say, too', async () => {
    const { ada } = stage
    await writeAndPublish(stage, { title: 'By link', runbookUrls: ['https://example.com/runbooks/HighErrorRatio'] })
    await writeAndPublish(stage, { title: 'By class', alertNames: ['HighErrorRatio'] })
    const { key, url } = await connect(await stage.server.as('ADMIN'), { kind: 'PAGERDUTY' })
    const sent = captures('alertmanager-pagerduty').find(({ body }) => body.includes('HighErrorRatio'))!
    expect((await post(url, { ...JSON.parse(sent.body), routing_key: key })).status).toBe(202)
    expect(Object.values(await seen(ada))[0]!.map(([title, by]) => [title, by])).toEqual([
      ['By link', 'RUNBOOK_URL'],
      ['By class', 'ALERT_NAME'],
    ])
  })

  it('is not a draft, and not what was archived', async () => {
    const { ada, mia } = stage
    await write(ada, { title: 'A draft', alertNames: ['Slow'] })
    const { id } = await writeAndPublish(stage, { title: 'Out of date', alertNames: ['Slow'] })
    const send = await alertmanager()
    await send(alert({ alertname: 'Slow' }))
    expect(Object.values(await seen(ada))[0]).toHaveLength(1)
    await change(mia, 'articleArchive', { id })
    expect(Object.values(await seen(ada))).toEqual([[]])
  })
})

describe('Whoever looks', () => {
  it('is shown what they may read, on alerts that they may see', async () => {
    const { server, ada, mia, rosa } = stage
    const [team, pay] = [await server.team('A'), await server.service('Payments')]
    const member = await server.as('RESPONDER', { teams: [team] })
    const partner = await server.as('PARTNER', { services: [pay] })
    const others = await server.as('PARTNER')
    const stakeholder = await server.as('STAKEHOLDER')
    await writeAndPublish(stage, { title: 'Open', alertNames: ['Slow'] })
    await writeAndPublish(stage, { title: 'Inside', alertNames: ['Slow'], audience: 'INTERNAL' })
    await writeAndPublish(stage, { title: 'Team', alertNames: ['Slow'], audience: 'TEAM', teamId: team }, member)
    const send = await alertmanager(pay)
    await send(alert({ alertname: 'Slow' }))
    const titles = async (person: Person) =>
      Object.values(await seen(person)).map((runbooks) => runbooks.map(([title]) => title).sort())
    for (const person of [member, mia, await server.as('AUDITOR')])
      expect(await titles(person)).toEqual([['Inside', 'Open', 'Team']])
    expect(await titles(ada)).toEqual([['Inside', 'Open']])
    expect(await titles(partner)).toEqual([['Open']])
    expect(await titles(others)).toEqual([])
    expect(await titles(stakeholder)).toEqual([[]]) // sees the incident, and no alert

    // A requester sees an incident that they take part in, and nothing of its alerts.
    const { incidents } = await mia.run('{ incidents(first: 1) { edges { node { id } } } }')
    await changeIncident(mia, 'incidentParticipantAdd', { id: incidents.edges[0].node.id, userId: rosa.id })
    expect(await titles(rosa)).toEqual([[]])
  })

  it('asks once for many incidents', async () => {
    const { ada } = stage
    await writeAndPublish(stage, { title: 'Slow', alertNames: ['Slow'] })
    const send = await alertmanager()
    for (const summary of ['a', 'b', 'c']) await send(alert({ alertname: 'Slow', summary }, { summary }))
    const { reads, result } = await readsDuring(() => seen(ada))
    expect(Object.values(result)).toEqual(Array(3).fill([['Slow', 'ALERT_NAME', 'Slow']]))
    expect(reads).toHaveLength(2)
  })
})
