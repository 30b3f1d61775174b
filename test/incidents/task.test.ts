import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let ada: Person
let grace: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('MANAGER', { name: 'Grace' })
})
afterAll(() => server.stop())

const TASK = 'id title description done doneAt dueAt assignee { name }'
const add = async (by: Person, input: object) => (await carryOut(by, 'incidentTaskAdd', `task { ${TASK} }`, input)).task
const update = async (by: Person, input: object) =>
  (await carryOut(by, 'incidentTaskUpdate', `task { ${TASK} }`, input)).task

it('is added, given to somebody, done, and opened again', async () => {
  const id = await declare(ada)
  const added = await add(ada, {
    id,
    title: ' Call the data centre ',
    description: 'Ask for *remote hands*.',
    assigneeId: grace.id,
    dueAt: '2026-11-24T09:00:00+01:00',
  })
  expect(added).toEqual({
    id: expect.stringMatching(/^tsk_/),
    title: 'Call the data centre',
    description: 'Ask for *remote hands*.',
    done: false,
    doneAt: null,
    dueAt: '2026-11-24T08:00:00.000Z',
    assignee: { name: 'Grace' },
  })
  const taskId = added.id
  expect(await update(grace, { taskId, done: true })).toMatchObject({ done: true, doneAt: expect.any(String) })
  expect(await update(grace, { taskId, done: false, assigneeId: null, dueAt: null })).toMatchObject({
    ...{ title: 'Call the data centre', description: 'Ask for *remote hands*.' }, // left out: it stays
    ...{ done: false, doneAt: null, assignee: null, dueAt: null },
  })
  await update(ada, { taskId, title: 'Drive there', description: '', assigneeId: ada.id })
  expect((await timeline(ada, id)).slice(1)).toEqual([
    'Task “Call the data centre” added, given to Grace',
    'Task “Call the data centre”: done',
    'Task “Call the data centre”: open again, given to nobody, without a due time',
    'Task “Call the data centre”: now “Drive there”, described anew, given to Ada',
  ])
  expect(await look(ada, id, 'version participants { name }')).toEqual({
    version: 1,
    participants: [{ name: 'Ada' }, { name: 'Grace' }],
  })
})

it('records nothing when nothing changes', async () => {
  const id = await declare(ada)
  const dueAt = '2026-11-24T09:00:00.000Z'
  const { id: taskId } = await add(ada, { id, title: 'Restart', dueAt })
  const cursorOf = async (input: object) =>
    (await carryOut(ada, 'incidentTaskUpdate', 'eventCursor', { taskId, ...input })).eventCursor
  expect(await cursorOf({ done: true })).toEqual(expect.any(String))
  const { tasks } = await look(ada, id, 'tasks { doneAt }')
  server.clock.advance(60_000)
  expect(await cursorOf({ done: true, title: 'Restart', dueAt })).toBeNull()
  expect((await look(ada, id, 'tasks { doneAt }')).tasks).toEqual(tasks)
})

it('is listed in the order of adding, with its incident', async () => {
  const id = await declare(ada)
  for (const title of ['first', 'second', 'third']) {
    await add(ada, { id, title })
    server.clock.advance(1_000)
  }
  expect(await look(ada, id, 'tasks { title createdAt incident { id } }')).toEqual({
    tasks: ['first', 'second', 'third'].map((title) => ({
      title,
      createdAt: expect.any(String),
      incident: { id },
    })),
  })
})

it('tells those who work on incidents, and nobody else', async () => {
  const requester = await server.as('REQUESTER')
  const id = await declare(requester)
  const { id: taskId } = await add(grace, { id, title: 'Check the logs' })
  for (const outsider of [requester, await server.as('STAKEHOLDER')]) {
    expect(await look(outsider, id, 'tasks { id }')).toEqual({ tasks: [] })
    expect(await timeline(outsider, id)).toEqual(['Declared'])
    expect(await refusal(outsider, 'incidentTaskUpdate', { taskId, done: true })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'taskId',
    })
    expect(await refusal(outsider, 'incidentTaskAdd', { id, title: 'x' })).toMatchObject({ code: 'FORBIDDEN' })
  }
  const auditor = await server.as('AUDITOR')
  expect(await look(auditor, id, 'tasks { id }')).toEqual({ tasks: [{ id: taskId }] })
  expect(await refusal(auditor, 'incidentTaskUpdate', { taskId, done: true })).toMatchObject({ code: 'FORBIDDEN' })
  await change(grace, 'incidentVisibilityChange', { id, visibility: 'RESTRICTED', reason: 'secret' })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId, done: true })).toMatchObject({ code: 'NOT_FOUND' })
})

it.each([
  [{ title: '' }, 'title'],
  [{ title: 'x'.repeat(301) }, 'title'],
  [{ title: 'x', description: 'x'.repeat(20_001) }, 'description'],
])('is refused with a bad field named: %#', async (input, field) => {
  const id = await declare(ada)
  expect(await refusal(ada, 'incidentTaskAdd', { id, ...input })).toMatchObject({ code: 'BAD_USER_INPUT', field })
  const { id: taskId } = await add(ada, { id, title: 'good' })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId, ...input })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field,
  })
})

it('goes only to people who work on incidents', async () => {
  const id = await declare(ada)
  const { id: taskId } = await add(ada, { id, title: 'Explain' })
  const assigneeId = (await server.as('STAKEHOLDER')).id
  expect(await refusal(ada, 'incidentTaskAdd', { id, title: 'x', assigneeId })).toMatchObject({ field: 'assigneeId' })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId, assigneeId })).toMatchObject({ field: 'assigneeId' })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId, assigneeId: '' })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'taskId',
  })
  expect(await refusal(ada, 'incidentTaskUpdate', { taskId: id, done: true })).toMatchObject({ code: 'NOT_FOUND' })
})

it('comes to an end at 200 tasks of one incident', async () => {
  const id = await declare(ada)
  await server.sql(
    `INSERT INTO tasks (id, incident_id, title, created_by, created_at)
     SELECT 'tsk_' || n || $1, $1, 'task ' || n, 'system', now() FROM generate_series(1, 200) n`,
    [id],
  )
  expect(await refusal(ada, 'incidentTaskAdd', { id, title: 'one more' })).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'An incident has at most 200 tasks.',
  })
})
