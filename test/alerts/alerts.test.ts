import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { type Connected, bearer, connect, post, timelineOf } from './story.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

const ALERTS = `query ($first: Int!, $after: String, $filter: AlertFilter, $orderBy: AlertOrder) {
  alerts(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id summary incident { id } } }
  }
}`
const report = ({ url, key }: Connected, ...items: object[]) => post(url, items, bearer(key))

async function summaries(person: Person, variables: object): Promise<string[]> {
  const { alerts } = await person.run(ALERTS, { first: 100, ...variables })
  const found = (alerts.edges as { node: { summary: string } }[]).map(({ node }) => node.summary)
  expect(alerts.totalCount).toBe(found.length)
  return found
}

/** The newest alert of an integration. */
const newest = async (integration: Connected): Promise<{ id: string; incident: { id: string } }> =>
  (await admin.run(ALERTS, { first: 1, filter: { integrationId: [integration.id] } })).alerts.edges[0].node

const END = `mutation ($input: AlertEndInput!) {
  alertEnd(input: $input) { alert { status endedAt incident { status } } eventCursor userErrors { code field message } }
}`
const end = async (person: Person, id: string) => (await person.run(END, { input: { id } })).alertEnd

describe('a list of alerts', () => {
  let disks: Connected
  let cpus: Connected
  beforeAll(async () => {
    const storage = await server.service('Storage')
    disks = await connect(admin, { kind: 'GENERIC', serviceId: storage })
    cpus = await connect(admin, { kind: 'GENERIC' })
    for (const n of [1, 2, 3]) await report(disks, { id: n, summary: `Disk ${n} at 100%`, severity: 'critical' })
    await report(cpus, { id: 1, summary: 'CPU 1 hot', source: 'web-7', severity: 'info' })
    await report(disks, { id: 2, status: 'ok' })
  })

  it('is sorted as asked for and read page by page', async () => {
    expect(await summaries(admin, {})).toEqual(['CPU 1 hot', 'Disk 3 at 100%', 'Disk 2 at 100%', 'Disk 1 at 100%'])
    expect((await summaries(admin, { orderBy: 'OLDEST' }))[0]).toBe('Disk 1 at 100%')
    const pages = []
    let after: string | null = null
    do {
      const { alerts } = await admin.run(ALERTS, { first: 3, after })
      pages.push(alerts.edges.length)
      after = alerts.pageInfo.hasNextPage ? alerts.pageInfo.endCursor : null
    } while (after)
    expect(pages).toEqual([3, 1])
  })

  it.each([
    [{ status: ['OPEN'] }, ['CPU 1 hot', 'Disk 3 at 100%', 'Disk 1 at 100%']],
    [{ status: ['ENDED'] }, ['Disk 2 at 100%']],
    [{ status: [] }, []],
    [{ severity: ['INFO'] }, ['CPU 1 hot']],
    [{ search: '100%' }, ['Disk 3 at 100%', 'Disk 2 at 100%', 'Disk 1 at 100%']],
    [{ search: 'WEB-7' }, ['CPU 1 hot']],
    [{ search: 'disk_1' }, []],
    [{ status: ['OPEN'], search: 'disk' }, ['Disk 3 at 100%', 'Disk 1 at 100%']],
  ])('shows only %j', async (filter, found) => expect(await summaries(admin, { filter })).toEqual(found))

  it('shows only those of an integration, a service or an incident', async () => {
    const { incident } = await newest(disks)
    const [service] = await server.sql("SELECT id FROM services WHERE name = 'Storage'")
    expect(await summaries(admin, { filter: { integrationId: [cpus.id] } })).toEqual(['CPU 1 hot'])
    expect(await summaries(admin, { filter: { serviceId: [service!['id']] } })).toHaveLength(3)
    expect(await summaries(admin, { filter: { incidentId: [incident.id] } })).toEqual(['Disk 3 at 100%'])
  })
})

describe('who sees an alert', () => {
  let team: string
  let granted: string
  let restricted: { id: string; incident: { id: string } }
  let teams: typeof restricted
  let everybodys: typeof restricted
  beforeAll(async () => {
    team = await server.team('Security')
    granted = await server.service('Shop')
    const integration = await connect(admin, { kind: 'GENERIC', teamId: team, serviceId: granted })
    const opened = async (summary: string, visibility: string) => {
      await report(integration, { id: summary, summary })
      const alert = await newest(integration)
      await server.sql('UPDATE incidents SET visibility = $2 WHERE id = $1', [alert.incident.id, visibility])
      return alert
    }
    restricted = await opened('Break-in', 'RESTRICTED')
    teams = await opened('Scan', 'TEAM')
    everybodys = await opened('Door', 'ORGANIZATION')
  })

  /** Which of the three somebody sees: the same in the list, by id, and on the incident. */
  async function seenBy(person: Person): Promise<string[]> {
    const listed = await summaries(person, { filter: { serviceId: [granted] } })
    const byId = []
    for (const { id, incident } of [everybodys, teams, restricted]) {
      const found = await person.run(
        `query ($id: ID!, $incident: ID!) {
           alert(id: $id) { summary } node(id: $id) { id }
           incident(id: $incident) { alerts(first: 5) { totalCount edges { node { summary } } } }
         }`,
        { id, incident: incident.id },
      )
      const onIncident = found.incident?.alerts.edges.map(({ node }: { node: { summary: string } }) => node.summary)
      if (found.incident) expect(found.incident.alerts.totalCount).toBe(onIncident.length)
      expect(found.node?.id).toBe(found.alert ? id : undefined)
      expect(onIncident ?? []).toEqual(found.alert ? [found.alert.summary] : [])
      if (found.alert) byId.push(found.alert.summary)
    }
    expect(byId).toEqual(listed)
    return listed
  }

  it.each([
    ['ADMIN', ['Door', 'Scan', 'Break-in']],
    ['AUDITOR', ['Door', 'Scan', 'Break-in']],
    ['MANAGER', ['Door', 'Scan']],
    ['RESPONDER', ['Door']],
    ['STAKEHOLDER', []],
    ['REQUESTER', []],
    ['PARTNER', []],
  ] as const)('%s: %j', async (role, seen) => expect(await seenBy(await server.as(role))).toEqual(seen))

  it('and its team, its participants and partners of its service', async () => {
    expect(await seenBy(await server.as('RESPONDER', { teams: [team] }))).toEqual(['Door', 'Scan'])
    expect(await seenBy(await server.as('PARTNER', { services: [granted] }))).toEqual(['Door'])
    const participant = await server.as('RESPONDER')
    await server.sql('INSERT INTO incident_participants (incident_id, user_id) VALUES ($1, $2)', [
      restricted.incident.id,
      participant.id,
    ])
    expect(await seenBy(participant)).toEqual(['Door', 'Break-in'])
  })

  it('ends it only who may work on its incident', async () => {
    const outsider = await server.as('RESPONDER')
    expect((await end(outsider, everybodys.id)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }])
    expect((await end(outsider, teams.id)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: 'id' }])
    expect((await end(await server.as('AUDITOR'), teams.id)).userErrors).toMatchObject([{ code: 'FORBIDDEN' }])
    const insider = await server.as('RESPONDER', { teams: [team] })
    expect(await end(insider, teams.id)).toMatchObject({
      alert: { status: 'ENDED', endedAt: expect.any(String), incident: { status: 'RESOLVED' } },
      eventCursor: expect.any(String),
      userErrors: [],
    })
    expect((await end(insider, teams.id)).userErrors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect((await end(insider, 'alr_nonsense')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }])
  })
})

describe('an alert ended by hand', () => {
  it('is ended by the person, once, however many try', async () => {
    const integration = await connect(admin, { kind: 'GENERIC' })
    await report(integration, { id: 'a', summary: 'Stuck' })
    const { id, incident } = await newest(integration)
    const ada = await server.as('RESPONDER', { name: 'Ada' })
    const answers = await Promise.all([1, 2, 3, 4].map(() => end(ada, id)))
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1)
    const { incident: found } = await admin.run(
      'query ($id: ID!) { incident(id: $id) { timeline(last: 1) { edges { node { eventType author { name } } } } } }',
      { id: incident.id },
    )
    expect(found.timeline.edges).toEqual([{ node: { eventType: 'RESOLVED', author: { name: 'Ada' } } }])
  })

  it('stays ended while Alertmanager goes on with the same occurrence', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    const firing = (startsAt: string) => {
      const alerts = [{ status: 'firing', startsAt, labels: { alertname: 'Stuck' } }]
      return post(alertmanager.url, { status: 'firing', groupKey: 'g', alerts }, bearer(alertmanager.key))
    }
    await firing('2026-11-23T09:00:00Z')
    const { id } = await newest(alertmanager)
    await end(admin, id)
    await firing('2026-11-23T09:00:00Z')
    expect((await newest(alertmanager)).id).toBe(id)
    await firing('2026-11-23T09:30:00Z')
    expect((await newest(alertmanager)).id).not.toBe(id)
  })
})

describe('an incident that a person resolves while its alert goes on', () => {
  it('is reopened by the next report, and no alert is lost', async () => {
    const integration = await connect(admin, { kind: 'GENERIC', regroupMinutes: 30 })
    await report(integration, { id: 'a', summary: 'Still there' })
    const { id, incident } = await newest(integration)
    await admin.do(
      'mutation ($input: IncidentResolveInput!) { incidentResolve(input: $input) { userErrors { code message } } }',
      { id: incident.id },
    )
    await report(integration, { id: 'a', summary: 'Still there' })
    expect(await timelineOf(admin, incident.id)).toEqual(['TRIGGERED', 'RESOLVED', 'REOPENED'])
    expect(await newest(integration)).toMatchObject({ id, incident })
  })
})

it('leaves what a person has assessed as it is', async () => {
  const integration = await connect(admin, { kind: 'GENERIC' })
  const priority = async (severity: string) => {
    await report(integration, { id: 'a', summary: 'Slow', severity })
    const { incident } = await newest(integration)
    return (await admin.run('query ($id: ID!) { incident(id: $id) { priority } }', { id: incident.id })).incident
      .priority
  }
  expect(await priority('info')).toBe('P5')
  expect(await priority('warning')).toBe('P3')
  const { incident } = await newest(integration)
  await admin.do(
    'mutation ($input: IncidentTriageInput!) { incidentTriage(input: $input) { userErrors { code message } } }',
    { id: incident.id, impact: 'LOW', urgency: 'MEDIUM' },
  )
  expect(await priority('critical')).toBe('P4')
})
