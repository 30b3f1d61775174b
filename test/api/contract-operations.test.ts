import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, parse, print, validate } from 'graphql'
import {
  AcknowledgeIncidentDocument,
  AddNoteDocument,
  AlertsDocument,
  CreateIntegrationDocument,
  DeclareIncidentDocument,
  IncidentDocument,
  IncidentEventsDocument,
  MeDocument,
  OpenIncidentsDocument,
  ResolveIncidentDocument,
} from '../generated/operations.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { LINES, type Line, STREAMING } from './lines.js'

/** The first operations that a frontend team writes, as agreed with them, over every transport that fits. */

const text = readFileSync(join(__dirname, '../fixtures/contract-operations.graphql'), 'utf8')

let server: TestServer
let team: string
let service: string
beforeAll(async () => {
  server = await startTestServer()
  team = await server.team('Payments')
  service = await server.service('Checkout', team)
})
afterAll(() => server.stop())

it('fits the committed schema', () => {
  const schema = buildSchema(readFileSync(join(__dirname, '../../schema/schema.graphql'), 'utf8'))
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([])
})

it('is typed as a whole', () => {
  const typed = [
    AcknowledgeIncidentDocument,
    AddNoteDocument,
    AlertsDocument,
    CreateIntegrationDocument,
    DeclareIncidentDocument,
    IncidentDocument,
    IncidentEventsDocument,
    MeDocument,
    OpenIncidentsDocument,
    ResolveIncidentDocument,
  ]
  expect(typed.map((document) => print(document)).sort()).toEqual(
    parse(text)
      .definitions.map((definition) => print(definition))
      .sort(),
  )
})

describe.each(Object.keys(LINES))('over %s', (name) => {
  let ada: Person
  let line: Line
  beforeAll(async () => {
    ada = await server.as('ADMIN', { name: 'Ada', teams: [team] })
    line = LINES[name]!(ada)
  })
  afterAll(() => line.close())

  it('tells who is signed in', async () => {
    const { me } = await line.send(MeDocument, {})
    expect(me).toMatchObject({ id: ada.id, name: 'Ada', role: 'ADMIN', teams: [{ id: team, name: 'Payments' }] })
  })

  it('carries an incident from its declaration to its resolution', async () => {
    const { incidentDeclare } = await line.send(DeclareIncidentDocument, {
      input: { title: `Checkout is down over ${name}`, impact: 'HIGH', urgency: 'MEDIUM', serviceId: service },
    })
    expect(incidentDeclare).toMatchObject({
      incident: { status: 'TRIGGERED', priority: 'P2', version: 1 },
      userErrors: [],
    })
    const { id, number } = incidentDeclare.incident!
    const note = await line.send(AddNoteDocument, { input: { id, body: 'Looking at it' } })
    expect(note.incidentNoteAdd).toMatchObject({ entry: { kind: 'NOTE', body: 'Looking at it' }, userErrors: [] })
    const acknowledged = await line.send(AcknowledgeIncidentDocument, { input: { id } })
    expect(acknowledged.incidentAcknowledge.incident).toMatchObject({ id, status: 'ACKNOWLEDGED', version: 2 })

    const page = await line.send(OpenIncidentsDocument, { first: 1, filter: { number: [number], open: true } })
    expect(page.incidents).toMatchObject({
      totalCount: 1,
      edges: [{ node: { id, service: { name: 'Checkout' }, team: { name: 'Payments' }, commander: null } }],
    })
    const [edge] = page.incidents.edges
    expect(page.incidents.pageInfo).toMatchObject({ hasNextPage: false, endCursor: edge!.cursor })
    expect(edge!.node.timeline.edges.map(({ node }) => [node.kind, node.author?.name])).toEqual([
      ['EVENT', 'Ada'],
      ['NOTE', 'Ada'],
      ['EVENT', 'Ada'],
    ])

    const resolved = await line.send(ResolveIncidentDocument, { input: { id, resolution: 'Rolled back' } })
    expect(resolved.incidentResolve).toMatchObject({ incident: { status: 'RESOLVED' }, userErrors: [] })
    const { incident } = await line.send(IncidentDocument, { id })
    expect(incident).toMatchObject({ id, number, status: 'RESOLVED', visibility: 'ORGANIZATION', tasks: [] })
    expect(await line.send(IncidentDocument, { id: id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) })).toEqual({
      incident: null,
    })
  })

  it('shows the key of an integration, which brings alerts', async () => {
    const { integrationCreate } = await line.send(CreateIntegrationDocument, {
      input: { name: `Prometheus ${name}`, kind: 'ALERTMANAGER', serviceId: service },
    })
    const { key, url, integration } = integrationCreate
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    const sent = await fetch(new URL(new URL(url!).pathname, server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(alertmanagerNotification(name)),
    })
    expect(sent.status).toBe(200)
    const { alerts } = await line.send(AlertsDocument, { first: 10, filter: { integrationId: [integration!.id] } })
    expect(alerts).toMatchObject({
      totalCount: 1,
      edges: [{ node: { status: 'OPEN', severity: 'CRITICAL', occurrences: 1, incident: { status: 'TRIGGERED' } } }],
    })
  })
})

describe.each(STREAMING)('a stream over %s', (name) => {
  it('brings what was missed, then what happens', async () => {
    const ada = await server.as('RESPONDER', { name: 'Ada', teams: [team] })
    const declared = await ada.run(print(DeclareIncidentDocument), {
      input: { title: 'Missed', impact: 'LOW', urgency: 'LOW', serviceId: service },
    })
    const { incident, eventCursor } = declared.incidentDeclare
    await ada.run(print(AcknowledgeIncidentDocument), { input: { id: incident.id } })
    const line = LINES[name]!(ada)
    const seen = []
    for await (const { incidentEvents } of line.follow(IncidentEventsDocument, {
      after: eventCursor,
      filter: { incidentId: [incident.id] },
    })) {
      seen.push([incidentEvents.type, incidentEvents.incident.version, incidentEvents.incident.service!.name])
      expect(incidentEvents.actor).toMatchObject({ id: ada.id, name: 'Ada' })
      if (seen.length === 1) await ada.run(print(ResolveIncidentDocument), { input: { id: incident.id } })
      if (seen.length === 2) break
    }
    line.close()
    expect(seen).toEqual([
      ['ACKNOWLEDGED', 2, 'Checkout'],
      ['RESOLVED', 3, 'Checkout'],
    ])
  })
})

const alertmanagerNotification = (group: string) => ({
  version: '4',
  groupKey: `{}:{alertname="${group}"}`,
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'tocsin',
  groupLabels: { alertname: group },
  commonLabels: { alertname: group, severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager.example.com',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: group, severity: 'critical', instance: 'web-1' },
      annotations: { summary: 'Many errors' },
      startsAt: '2026-11-23T09:00:00.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus.example.com',
      fingerprint: 'b5a8f1c2d3e4f506',
    },
  ],
})
