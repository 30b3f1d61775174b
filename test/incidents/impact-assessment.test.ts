import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let grace: Person
let shop: string
let mail: string
let search: string
beforeAll(async () => {
  server = await startTestServer()
  grace = await server.as('MANAGER', { name: 'Grace' })
  shop = await server.service('Shop')
  mail = await server.service('Mail')
  search = await server.service('Search')
})
afterAll(() => server.stop())

const ASSESSMENT = 'id summary usersAffected assessedAt services { name } author { name }'
const assess = async (input: object) =>
  (await carryOut(grace, 'incidentImpactAssess', `impactAssessment { ${ASSESSMENT} }`, input)).impactAssessment
const READ = `impactAssessments(first: 10) { totalCount edges { node { summary } } } affectedServices { name }`

it('keeps every assessment; the latest one tells which services are affected beside its own', async () => {
  const id = await declare(grace, { serviceId: shop })
  expect(await look(grace, id, READ)).toEqual({
    impactAssessments: { totalCount: 0, edges: [] },
    affectedServices: [{ name: 'Shop' }],
  })
  expect(await assess({ id, summary: 'Nobody can pay', usersAffected: 0, serviceIds: [search, mail, mail] })).toEqual({
    id: expect.stringMatching(/^ias_/),
    summary: 'Nobody can pay',
    usersAffected: 0,
    assessedAt: expect.any(String),
    services: [{ name: 'Mail' }, { name: 'Search' }],
    author: { name: 'Grace' },
  })
  expect((await look(grace, id, READ)).affectedServices).toEqual([
    { name: 'Shop' },
    { name: 'Mail' },
    { name: 'Search' },
  ])
  await assess({ id, summary: 'Only cards', usersAffected: 120, serviceIds: [mail, shop] })
  expect(await look(grace, id, `version ${READ}`)).toEqual({
    version: 1,
    impactAssessments: {
      totalCount: 2,
      edges: [{ node: { summary: 'Only cards' } }, { node: { summary: 'Nobody can pay' } }],
    },
    affectedServices: [{ name: 'Shop' }, { name: 'Mail' }],
  })
  expect((await timeline(grace, id)).slice(1)).toEqual([
    'Impact: Nobody can pay (0 people affected; services Mail, Search)',
    'Impact: Only cards (120 people affected; services Mail, Shop)',
  ])
})

it('needs neither a number nor services, and an incident needs none', async () => {
  const id = await declare(grace)
  expect(await assess({ id, summary: 'Nobody can tell' })).toMatchObject({ usersAffected: null, services: [] })
  expect(await look(grace, id, READ)).toMatchObject({ affectedServices: [] })
})

it('is for those who run incidents and for stakeholders', async () => {
  const requester = await server.as('REQUESTER')
  const id = await declare(requester, { serviceId: shop })
  await assess({ id, summary: 'Bad', serviceIds: [mail] })
  const partner = await server.as('PARTNER', { services: [shop] })
  for (const outsider of [requester, partner]) {
    expect(await look(outsider, id, READ)).toEqual({
      impactAssessments: { totalCount: 0, edges: [] },
      affectedServices: [{ name: 'Shop' }],
    })
    expect(await timeline(outsider, id)).toEqual(['Declared'])
    expect((await refusal(outsider, 'incidentImpactAssess', { id, summary: 'x' })).code).toBe('FORBIDDEN')
  }
  for (const role of ['STAKEHOLDER', 'RESPONDER', 'AUDITOR'] as const) {
    const reader = await server.as(role)
    expect(await look(reader, id, READ)).toMatchObject({
      impactAssessments: { totalCount: 1 },
      affectedServices: [{ name: 'Shop' }, { name: 'Mail' }],
    })
    expect(await timeline(reader, id)).toEqual(['Declared', 'Impact: Bad (services Mail)'])
  }
})

it('is refused with the bad field named', async () => {
  const id = await declare(grace)
  for (const [input, code, field] of [
    [{ summary: '' }, 'BAD_USER_INPUT', 'summary'],
    [{ summary: 'x', usersAffected: -1 }, 'BAD_USER_INPUT', 'usersAffected'],
    [{ summary: 'x', serviceIds: [mail, 'svc_nowhere'] }, 'NOT_FOUND', 'serviceIds.1'],
    [{ summary: 'x', serviceIds: Array<string>(101).fill(mail) }, 'BAD_USER_INPUT', 'serviceIds'],
  ] as const)
    expect(await refusal(grace, 'incidentImpactAssess', { id, ...input })).toMatchObject({ code, field })
  expect((await look(grace, id, READ)).impactAssessments.totalCount).toBe(0)
})
