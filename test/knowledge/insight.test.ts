import { writeViews } from '../../src/knowledge/article-views.js'
import type { Person } from '../support/person.js'
import { DAY, type Stage, carryOut, change, list, look, setStage, write, writeAndPublish } from './story.js'

/** What a knowledge manager sees of the state of the knowledge base. */

let stage: Stage
beforeEach(async () => void (stage = await setStage()))
afterEach(() => stage.server.stop())

const FIGURES = `byStatus { status count } byKind { kind count } stale unowned unread averageQuality
  mostHelpful { title } leastHelpful { title }`

const figures = async (person: Person, args = '') =>
  (await person.run(`{ knowledgeFigures${args} { ${FIGURES} } }`)).knowledgeFigures

/** Only what is not 0. */
const counts = (rows: { count: number; status?: string; kind?: string }[]) =>
  Object.fromEntries(rows.flatMap(({ count, status, kind }) => (count === 0 ? [] : [[status ?? kind, count]])))

const vote = async (id: string, helpful: number, unhelpful: number) => {
  for (let n = 0; n < helpful + unhelpful; n++)
    await carryOut(await stage.server.as('REQUESTER'), 'articleFeedbackGive', 'eventCursor', {
      ...{ articleId: id, helpful: n < helpful },
    })
}

const retire = (person: Person) => stage.server.sql('UPDATE users SET active = false WHERE id = $1', [person.id])

it('are counted by status and kind; what needs care is counted, and listed', async () => {
  const { server, ada, ben, mia, rosa } = stage
  expect(await figures(mia)).toMatchObject({ stale: 0, unowned: 0, unread: 0, averageQuality: null })
  const soon = new Date(server.clock.now().getTime() + DAY).toISOString()
  await write(ada, { title: 'Draft', kind: 'FAQ', reviewAt: soon })
  await writeAndPublish(stage, { title: 'Fresh' })
  const due = await writeAndPublish(stage, { title: 'Due', kind: 'RUNBOOK', reviewAt: soon })
  const dead = await writeAndPublish(stage, { title: 'Dead' })
  await change(mia, 'articleArchive', { id: dead.id })
  await writeAndPublish(stage, { title: 'Ben left', ownerId: ben.id })
  await write(ada, { title: 'Nobody’s', ownerId: null })
  await retire(ben)

  server.clock.advance(2 * DAY)
  const seen = await figures(mia)
  expect(counts(seen.byStatus)).toEqual({ DRAFT: 2, PUBLISHED: 3, ARCHIVED: 1 })
  expect(counts(seen.byKind)).toEqual({ FAQ: 1, RUNBOOK: 1, HOW_TO: 3 })
  expect(seen).toMatchObject({ stale: 1, unowned: 2, unread: 0 })
  expect(await list(mia, { stale: true })).toEqual(['Due'])
  expect(await list(mia, { unowned: true })).toEqual(['Ben left', 'Nobody’s'])
  expect(await list(mia, { unowned: false, stale: false })).toEqual(['Draft', 'Fresh'])
  expect(await list(rosa, { stale: true })).toHaveLength(3) // readers cannot ask for it
  await change(mia, 'articleConfirm', { id: due.id })
  expect(await figures(mia)).toMatchObject({ stale: 0 })
})

it('tell what nobody has read for long', async () => {
  const { server, mia, rosa } = stage
  const { id } = await writeAndPublish(stage, { title: 'Read once' })
  await writeAndPublish(stage, { title: 'Never read' })
  server.clock.advance(10 * DAY)
  await writeAndPublish(stage, { title: 'New' })
  await look(rosa, id, 'published { html }')
  await server.act(({ db }) => writeViews(db.source))
  const unread = async (days: number) => {
    const unreadSince = new Date(server.clock.now().getTime() - days * DAY).toISOString()
    return [(await figures(mia, `(unreadDays: ${days})`)).unread, await list(mia, { unreadSince })]
  }
  expect(await unread(5)).toEqual([1, ['Never read']])
  expect(await unread(60)).toEqual([0, []])
  server.clock.advance(8 * DAY)
  expect(await unread(5)).toEqual([3, ['Never read', 'New', 'Read once']])
  for (const wrong of [0, 366]) await expect(figures(mia, `(unreadDays: ${wrong})`)).rejects.toThrow('BAD_USER_INPUT')
})

it('tell what helps and what does not: few votes weigh little', async () => {
  const { mia } = stage
  const ids = new Map<string, string>()
  for (const title of ['Once', 'Often', 'Split', 'Poor', 'Bad'])
    ids.set(title, (await writeAndPublish(stage, { title })).id)
  for (const [title, helpful, unhelpful] of [
    ['Once', 1, 0],
    ['Often', 5, 1],
    ['Split', 1, 1],
    ['Poor', 1, 2],
    ['Bad', 0, 4],
  ] as const)
    await vote(ids.get(title)!, helpful, unhelpful)
  expect(await figures(mia)).toMatchObject({
    mostHelpful: [{ title: 'Often' }, { title: 'Once' }],
    leastHelpful: [{ title: 'Bad' }, { title: 'Poor' }],
  })
  const { knowledgeFigures } = await mia.run('{ knowledgeFigures { mostHelpful(first: 1) { title helpfulCount } } }')
  expect(knowledgeFigures.mostHelpful).toEqual([{ title: 'Often', helpfulCount: 5 }])
  await expect(mia.run('{ knowledgeFigures { mostHelpful(first: 0) { id } } }')).rejects.toThrow('BAD_USER_INPUT')
})

it('show how well an article is kept, and what it lacks', async () => {
  const { server, ada, mia, rosa } = stage
  const quality = async (person: Person, id: string) => (await look(person, id, QUALITY)).quality
  const QUALITY = 'quality { score parts { name score reason } }'
  const service = await server.service('Mail')
  const body = '## Meaning\n\na\n\n## IMPACT\n\nb\n\n## Diagnosis\n\n<!-- Where to look -->\n\n## Escalation\n\nc'
  const { id } = await writeAndPublish(stage, { kind: 'RUNBOOK', body, serviceIds: [service] })
  await vote(id, 4, 1)
  expect(await quality(ada, id)).toMatchObject({
    score: 84, // (60 × 30 + 100 × 25 + 100 × 15 + 100 × 15 + 71 × 15) ÷ 100
    parts: [
      { name: 'COMPLETE', score: 60, reason: 'Missing or empty: Diagnosis, Mitigation.' },
      { name: 'REVIEWED', score: 100 },
      { name: 'OWNED', score: 100 },
      { name: 'LINKED', score: 100 },
      { name: 'HELPFUL', score: 71, reason: 'It helped 4 of the 5 people who said so.' },
    ],
  })
  expect(await quality(rosa, id)).toBeNull()

  // A draft of it is not what is judged; and versions from before sections were kept are judged by their text.
  await change(ada, 'articleUpdate', { id, body: 'All gone.' })
  await server.sql('UPDATE article_versions SET sections = NULL')
  expect(await quality(ada, id)).toMatchObject({ score: 84 })

  const other = await writeAndPublish(stage, { kind: 'FAQ', language: 'de', body: 'Kurz.' })
  expect(await quality(ada, other.id)).toMatchObject({
    score: 73, // 40 of 55
    parts: [{ score: null }, { score: 100 }, { score: 100 }, { score: 0 }, { score: null }],
  })
  expect(await figures(mia)).toMatchObject({ averageQuality: 78.5 })

  await retire(ada)
  server.clock.advance(400 * DAY)
  expect(await quality(mia, id)).toMatchObject({ score: 44 })
})

it('take an incident for a link, unless the link would tell of one that not everybody sees', async () => {
  const { server, ada } = stage
  const linked = async (id: string) =>
    (await look(ada, id, 'quality { parts { name score } }')).quality.parts.find(
      ({ name }: { name: string }) => name === 'LINKED',
    ).score
  const { id } = await writeAndPublish(stage)
  expect(await linked(id)).toBe(0)
  const { incident } = await carryOut(ada, 'incidentDeclare', 'incident { id }', { title: 'VPN' })
  await carryOut(ada, 'incidentArticleLink', 'eventCursor', { id: incident.id, articleId: id, relation: 'USED' })
  expect(await linked(id)).toBe(100)
  await server.sql("UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1", [incident.id])
  expect(await linked(id)).toBe(0)
})

it('count only what the viewer may read, and are for those who write', async () => {
  const { server, ada, mia } = stage
  const team = await server.team('Payments')
  const member = await server.as('RESPONDER', { teams: [team] })
  const { id } = await writeAndPublish(stage, { title: 'Secret', audience: 'TEAM', teamId: team }, member)
  await vote(id, 0, 0)
  await carryOut(member, 'articleFeedbackGive', 'eventCursor', { articleId: id, helpful: true })
  await retire(member)
  const colleague = await server.as('RESPONDER', { teams: [team] })
  const nothing = { stale: 0, unowned: 0, averageQuality: null, mostHelpful: [] }
  const everything = { stale: 1, unowned: 1, averageQuality: expect.any(Number), mostHelpful: [{ title: 'Secret' }] }
  server.clock.advance(400 * DAY)
  for (const [person, expected, published] of [
    [ada, nothing, {}],
    [colleague, everything, { PUBLISHED: 1 }],
    [mia, everything, { PUBLISHED: 1 }],
    [await server.as('AUDITOR'), everything, { PUBLISHED: 1 }],
  ] as const) {
    const seen = await figures(person)
    expect(seen).toMatchObject(expected)
    expect(counts(seen.byStatus)).toEqual(published)
  }
  expect(await list(ada, { unowned: true })).toEqual([])
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'PARTNER'] as const)
    expect(await figures(await server.as(role))).toBeNull()
})
