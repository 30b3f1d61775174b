import type { Person, Stream } from '../support/person.js'
import { type Line, TRANSPORTS, firstOf, upTo } from './transports.js'
import {
  type AudienceName,
  type Kind,
  ROLES,
  type RoleName,
  type Someone,
  type TriedIncident,
  type VisibilityName,
  type World,
  addAlert,
  createWorld,
  writeNote,
} from './world.js'

/**
 * Role × visibility × relation × operation × transport: nobody sees what product.md does not grant them, and everybody
 * sees what it does. The tables below are written by hand from product.md and know nothing of the code under test.
 */

type Grant =
  | 'everybody'
  | 'who takes part'
  | 'the team and who takes part'
  | 'whom the service is granted to'
  | 'whom the service is granted to, if they take part'

const MAY_SEE: Record<RoleName, Record<VisibilityName, Grant>> = {
  // "reports incidents, sees their own"
  REQUESTER: { ORGANIZATION: 'who takes part', TEAM: 'who takes part', RESTRICTED: 'who takes part' },
  // "reads status updates and KPIs"
  STAKEHOLDER: { ORGANIZATION: 'everybody', TEAM: 'who takes part', RESTRICTED: 'who takes part' },
  // "works on the incidents of their teams and reads those of the organisation"
  RESPONDER: { ORGANIZATION: 'everybody', TEAM: 'the team and who takes part', RESTRICTED: 'who takes part' },
  // "runs any incident that they may see"; restricted: "its participants and those who must"
  MANAGER: { ORGANIZATION: 'everybody', TEAM: 'everybody', RESTRICTED: 'who takes part' },
  ADMIN: { ORGANIZATION: 'everybody', TEAM: 'everybody', RESTRICTED: 'everybody' },
  // "reads all"
  AUDITOR: { ORGANIZATION: 'everybody', TEAM: 'everybody', RESTRICTED: 'everybody' },
  // "sees only the services granted to it"
  PARTNER: {
    ORGANIZATION: 'whom the service is granted to',
    TEAM: 'whom the service is granted to, if they take part',
    RESTRICTED: 'whom the service is granted to, if they take part',
  },
}

const STAFF: readonly RoleName[] = ['RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR']

/** "Internal notes are not for requesters, stakeholders or partners." */
const AUDIENCE: Record<AudienceName, readonly RoleName[]> = {
  INTERNAL: STAFF,
  STAKEHOLDER: [...STAFF, 'STAKEHOLDER'],
  PARTNER: [...STAFF, 'PARTNER'],
  PUBLIC: ROLES,
}

/** Of those who see the incident. */
const READERS: Record<Kind, readonly RoleName[]> = {
  title: ROLES,
  'note INTERNAL': AUDIENCE.INTERNAL,
  'note STAKEHOLDER': AUDIENCE.STAKEHOLDER,
  'note PARTNER': AUDIENCE.PARTNER,
  'note PUBLIC': AUDIENCE.PUBLIC,
  'update INTERNAL': AUDIENCE.INTERNAL,
  'update STAKEHOLDER': AUDIENCE.STAKEHOLDER,
  'update PARTNER': AUDIENCE.PARTNER,
  'update PUBLIC': AUDIENCE.PUBLIC,
  task: STAFF,
  impact: AUDIENCE.STAKEHOLDER,
  alert: AUDIENCE.PARTNER,
}

function sees({ role, relation }: Someone, visibility: VisibilityName, concerned: boolean): boolean {
  const takesPart = concerned && relation.participant
  switch (MAY_SEE[role][visibility]) {
    case 'everybody':
      return true
    case 'who takes part':
      return takesPart
    case 'the team and who takes part':
      return relation.team || takesPart
    case 'whom the service is granted to':
      return relation.grantedService
    case 'whom the service is granted to, if they take part':
      return relation.grantedService && takesPart
  }
}

/** Everybody takes part in what they are tried on, if at all; nobody in what another has reported. */
const concerns = (someone: Someone, incident: TriedIncident) =>
  incident.reporter === (someone.relation.reporter ? someone : null)
const seesIncident = (someone: Someone, incident: TriedIncident, visibility = incident.visibility) =>
  sees(someone, visibility, concerns(someone, incident))
const reads = (someone: Someone, incident: TriedIncident, kind: Kind) =>
  seesIncident(someone, incident) && READERS[kind].includes(someone.role)

/** An internal note is work on the incident: what a mutation of it answers. */
function verdictOf(someone: Someone, incident: TriedIncident): 'done' | 'FORBIDDEN' | 'NOT_FOUND' {
  if (!seesIncident(someone, incident)) return 'NOT_FOUND'
  const { role, relation } = someone
  const works =
    role === 'ADMIN' || role === 'MANAGER' || (role === 'RESPONDER' && (relation.team || relation.participant))
  return works ? 'done' : 'FORBIDDEN'
}

const EVERYTHING = `fragment Everything on Incident {
  id title
  timeline(last: 100) { totalCount edges { node { body } } }
  tasks { title }
  statusUpdates(first: 50) { totalCount edges { node { body } } }
  impactAssessments(first: 50) { totalCount edges { node { summary } } }
  alerts(first: 50) { totalCount edges { node { summary } } }
}`
const LOOK = `query ($id: ID!, $ids: [ID!]!, $search: String!) {
  incident(id: $id) { ...Everything }
  node(id: $id) { ...Everything }
  nodes(ids: $ids) { id }
  incidents(first: 10, filter: { search: $search }) { totalCount edges { node { id title } } }
  alerts(first: 10, filter: { incidentId: [$id] }) { totalCount edges { node { summary incident { title } } } }
} ${EVERYTHING}`
const LIST = `query {
  incidents(first: 100) { totalCount edges { node { title description } } }
  alerts(first: 100) { totalCount edges { node { summary description } } }
}`
const NOTE = `mutation ($input: IncidentNoteAddInput!) {
  incidentNoteAdd(input: $input) { entry { id body } eventCursor userErrors { code } }
}`
const EVENTS = `subscription ($after: String) {
  incidentEvents(after: $after) { type incident { id title alerts(first: 1) { edges { node { id } } } } entry { body } }
}`
const ALERT_EVENTS = `subscription ($after: String) {
  alertEvents(after: $after) { type alert { summary incident { title } } }
}`
const END = `mutation ($input: AlertEndInput!) { alertEnd(input: $input) { eventCursor userErrors { code message } } }`
const CHANGED = 'subscription ($id: ID!) { incidentChanged(id: $id) { id title visibility } }'

let world: World
beforeAll(async () => void (world = await createWorld()), 120_000)
afterAll(() => world.server.stop())

/** Every secret that stands in an answer must be one that the table grants; answers those that were found. */
function secretsIn(answer: unknown, someone: Someone, where: string, findings: string[]): Set<string> {
  const text = JSON.stringify(answer)
  const found = new Set<string>()
  for (const incident of world.incidents)
    for (const { kind, text: secret } of incident.secrets)
      if (text.includes(secret)) {
        found.add(secret)
        if (!reads(someone, incident, kind))
          findings.push(`LEAK: ${someone.name} sees the ${kind} of a ${incident.visibility} incident in ${where}`)
      }
  return found
}

describe.each(Object.keys(TRANSPORTS))('over %s', (transport) => {
  it.each(ROLES)(
    'a %s sees exactly what they are granted',
    async (role) => {
      const findings: string[] = []
      for (const someone of world.people.filter((one) => one.role === role)) {
        const line = TRANSPORTS[transport]!(someone.person)
        findings.push(...(await tryList(someone, line)))
        for (const incident of world.triedOn(someone)) {
          findings.push(...(await tryLooking(someone, incident, line)))
          findings.push(...(await tryWriting(someone, incident, line)))
        }
        line.close()
      }
      expect([...new Set(findings)]).toEqual([])
    },
    60_000,
  )
})

async function tryList(someone: Someone, line: Line): Promise<string[]> {
  const findings: string[] = []
  const answer = await line.run(LIST)
  const found = secretsIn(answer, someone, 'the list', findings)
  const granted = world.incidents.filter((incident) => seesIncident(someone, incident))
  for (const { title, visibility } of granted)
    if (!found.has(title)) findings.push(`WITHHELD: ${someone.name} misses a ${visibility} incident in the list`)
  const { totalCount } = answer.data.incidents
  if (totalCount !== granted.length + 1)
    // and the fence
    findings.push(`COUNT: ${someone.name} is told of ${totalCount} incidents, not ${granted.length + 1}`)
  return findings
}

const SHOWN_BY = { incident: 'everything', node: 'everything', incidents: 'title', alerts: 'alert' } as const

async function tryLooking(someone: Someone, incident: TriedIncident, line: Line): Promise<string[]> {
  const findings: string[] = []
  const { id, title, visibility, secrets } = incident
  const answer = await line.run(LOOK, { id, search: title, ids: secrets.map((secret) => secret.id) })
  if (answer.errors) return [`ERROR: ${someone.name}, ${visibility}: ${JSON.stringify(answer.errors)}`]
  const { nodes, incidents, alerts } = answer.data
  const visible = seesIncident(someone, incident)
  for (const [operation, shown] of Object.entries(SHOWN_BY)) {
    const found = secretsIn(answer.data[operation], someone, operation, findings)
    for (const { kind, text } of secrets)
      if (reads(someone, incident, kind) && !found.has(text) && (shown === 'everything' || shown === kind))
        findings.push(`WITHHELD: ${someone.name} misses the ${kind} of a ${visibility} incident in ${operation}`)
  }
  secrets.forEach(({ kind, id }, index) => {
    const granted = reads(someone, incident, kind)
    if ((nodes[index]?.id === id) !== granted || (!granted && nodes[index] !== null))
      findings.push(`NODES: ${someone.name} ${granted ? 'misses' : 'sees'} the ${kind} of a ${visibility} incident`)
  })
  if (incidents.totalCount !== (visible ? 1 : 0))
    findings.push(`COUNT: a search of ${someone.name} tells of ${incidents.totalCount} ${visibility} incidents`)
  if (alerts.totalCount !== (reads(someone, incident, 'alert') ? 1 : 0))
    findings.push(`COUNT: ${someone.name} is told of ${alerts.totalCount} alerts of a ${visibility} incident`)
  for (const list of ['timeline', 'statusUpdates', 'impactAssessments', 'alerts'])
    if (visible && answer.data.incident[list].totalCount !== answer.data.incident[list].edges.length)
      findings.push(`COUNT: ${someone.name} is told of more in the ${list} of a ${visibility} incident than is shown`)
  return findings
}

async function tryWriting(someone: Someone, incident: TriedIncident, line: Line): Promise<string[]> {
  const body = `Written by ${someone.name}`
  const written = async () =>
    (await world.server.sql('SELECT 1 FROM timeline_entries WHERE incident_id = $1 AND body = $2', [incident.id, body]))
      .length
  const before = await written()
  const { data } = await line.run(NOTE, { input: { id: incident.id, body } })
  const { entry, userErrors } = data.incidentNoteAdd
  const verdict = entry ? 'done' : userErrors[0].code
  const wanted = verdictOf(someone, incident)
  const findings: string[] = []
  if (verdict !== wanted)
    findings.push(`MUTATION: ${someone.name} on a ${incident.visibility} incident: ${verdict}, not ${wanted}`)
  if ((await written()) - before !== (wanted === 'done' ? 1 : 0))
    findings.push(`MUTATION: ${someone.name} on a ${incident.visibility} incident: the answer and the effect differ`)
  return findings
}

describe.each(['webSocket', 'eventSource'] as const)('a subscription over %s', (transport) => {
  it('brings to each person exactly what they are granted, missed and live', async () => {
    const written: { incident: TriedIncident; audience: AudienceName; body: string }[] = []
    const write = async () => {
      for (const incident of world.incidents)
        for (const audience of ['INTERNAL', 'PUBLIC', 'STAKEHOLDER', 'PARTNER'] as const) {
          const body = `${audience} ${written.length}`
          written.push({ incident, audience, body })
          await writeNote(world.root, incident.id, audience, body)
        }
    }
    const start = await writeNote(world.root, world.fence, 'PUBLIC', 'Start')
    await write()
    const streams: Stream[] = []
    for (const { person } of world.people) streams.push(await person.subscribe(EVENTS, { after: start }, transport))
    await write()
    await writeNote(world.root, world.fence, 'PUBLIC', 'End')

    const findings: string[] = []
    for (const [index, someone] of world.people.entries()) {
      const received = await upTo('End', streams[index]!)
      const granted = written
        .filter(({ incident, audience }) => reads(someone, incident, `note ${audience}`))
        .map(({ body }) => body)
      const said = received.map((event) => event.entry.body as string)
      if (JSON.stringify(said) !== JSON.stringify(granted)) {
        const leaked = said.filter((body) => !granted.includes(body))
        const withheld = granted.filter((body) => !said.includes(body))
        findings.push(`${someone.name}: leaked ${leaked.join(', ')}; withheld ${withheld.join(', ')}`)
      }
      secretsIn(received, someone, 'an event', findings)
      const withAlerts = received.filter((event) => event.incident.alerts.edges.length > 0)
      if (withAlerts.length !== (READERS.alert.includes(someone.role) ? received.length : 0))
        findings.push(`${someone.name} is shown alerts in ${withAlerts.length} of ${received.length} events`)
      streams[index]!.stop()
    }
    expect([...new Set(findings)]).toEqual([])
  }, 60_000)

  it('brings alerts to each person whose role reads them and who sees the incident', async () => {
    const alerts: { incident: TriedIncident; summary: string; id: string }[] = []
    for (const incident of world.incidents) {
      const summary = `Alert ${alerts.length} for ${transport}`
      alerts.push({ incident, summary, id: await addAlert(world.server, incident.id, summary) })
    }
    const last = await addAlert(world.server, world.fence, 'End')
    const start = await writeNote(world.root, world.fence, 'PUBLIC', 'Start')
    const hearers = world.people.filter(({ role }) => READERS.alert.includes(role))
    const streams: Stream[] = []
    // One after the other: strangers come first, and what they may not see must not be missing for those after them.
    for (const { person } of hearers) streams.push(await person.subscribe(ALERT_EVENTS, { after: start }, transport))
    for (const { id } of [...alerts, { id: last }]) await world.root.do(END, { id })

    const findings: string[] = []
    for (const [index, someone] of hearers.entries()) {
      const received = await upTo('End', streams[index]!)
      const granted = alerts
        .filter(({ incident }) => reads(someone, incident, 'alert'))
        .map(({ incident, summary }) => [summary, incident.title])
      const said = received.map(({ alert }) => [alert.summary, alert.incident?.title])
      if (JSON.stringify(said) !== JSON.stringify(granted))
        findings.push(`${someone.name}: ${JSON.stringify(said)}, not ${JSON.stringify(granted)}`)
      streams[index]!.stop()
    }
    expect([...new Set(findings)]).toEqual([])
  }, 60_000)

  it('to one incident shows it to those who see it, and to nobody else', async () => {
    const findings: string[] = []
    for (const someone of world.people)
      await Promise.all(
        world.triedOn(someone).map(async (incident) => {
          const stream = await someone.person.subscribe(CHANGED, { id: incident.id }, transport)
          const answer = await firstOf(stream)
          secretsIn(answer, someone, 'incidentChanged', findings)
          const shown = JSON.stringify(answer).includes(incident.title)
          if (shown !== seesIncident(someone, incident) || (!shown && !JSON.stringify(answer).includes('NOT_FOUND')))
            findings.push(`${someone.name} on a ${incident.visibility} incident: ${JSON.stringify(answer)}`)
          stream.stop()
        }),
      )
    expect([...new Set(findings)]).toEqual([])
  }, 60_000)
})

it('follows an incident that is made restricted: streams that may not go on bring no more of it', async () => {
  const incident = world.incidents.find(({ visibility, reporter }) => visibility === 'ORGANIZATION' && !reporter)!
  const people = world.people.filter((someone) => seesIncident(someone, incident))
  const start = await writeNote(world.root, world.fence, 'PUBLIC', 'Before the restriction')
  const open = (document: string, variables: Record<string, unknown>) =>
    Promise.all(people.map(({ person }) => person.subscribe(document, variables)))
  const everything = await open(EVENTS, { after: start })
  const changes = await open(CHANGED, { id: incident.id })
  await Promise.all(changes.map((stream) => stream.next()))

  await world.root.do(
    `mutation ($input: IncidentVisibilityChangeInput!) {
      incidentVisibilityChange(input: $input) { userErrors { code } }
    }`,
    { id: incident.id, visibility: 'RESTRICTED', reason: 'A security incident' },
  )
  await writeNote(world.root, incident.id, 'PUBLIC', 'After the restriction')
  await writeNote(world.root, world.fence, 'PUBLIC', 'Then')

  const findings: string[] = []
  for (const [index, someone] of people.entries()) {
    const stays = seesIncident(someone, incident, 'RESTRICTED')
    const received = await upTo('Then', everything[index]!)
    if (received.length !== (stays ? 2 : 0)) findings.push(`${someone.name} received ${JSON.stringify(received)}`)
    const change = stays ? await changes[index]!.next() : await changes[index]!.ended
    const expected = stays ? '"visibility":"RESTRICTED"' : 'NOT_FOUND'
    if (!JSON.stringify(change).includes(expected)) findings.push(`${someone.name} was told ${JSON.stringify(change)}`)
    everything[index]!.stop()
    changes[index]!.stop()
  }
  expect([...new Set(findings)]).toEqual([])
}, 60_000)

it('does not tell a partner what a service was that has not been granted, when an old event is replayed', async () => {
  const { server, root } = world
  const [granted, hidden] = [await server.service('Granted before'), await server.service('Hidden before')]
  const narrow = await server.as('PARTNER', { services: [granted] })
  const wide = await server.as('PARTNER', { services: [granted, hidden] })
  const start = await writeNote(root, world.fence, 'PUBLIC', 'Before the handover')
  const declared = await root.run(
    `mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } } }`,
    { input: { title: 'Handed over', serviceId: hidden } },
  )
  await root.do(`mutation ($input: IncidentUpdateInput!) { incidentUpdate(input: $input) { userErrors { code } } }`, {
    id: declared.incidentDeclare.incident.id,
    serviceId: granted,
  })
  const document = `subscription ($after: String) { incidentEvents(after: $after) { incident { service { name } } } }`
  const servicesSeenBy = async (person: Person) => {
    const stream = await person.subscribe(document, { after: start })
    const answers = await stream.take(2)
    stream.stop()
    return answers.map(({ data }) => data.incidentEvents.incident.service?.name ?? null)
  }
  expect(await servicesSeenBy(wide)).toEqual(['Hidden before', 'Granted before'])
  expect(await servicesSeenBy(narrow)).toEqual([null, 'Granted before'])
})
