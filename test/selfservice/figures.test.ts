import type { Person } from '../support/person.js'
import { writeAndPublish } from '../knowledge/story.js'
import { type Stage, carryOut, change, refusal, report, setStage, solve, work } from './story.js'

let stage: Stage
let rita: Person
beforeEach(async () => {
  stage = await setStage()
  rita = await stage.server.as('REQUESTER')
  const mia = await stage.server.as('MANAGER')
  articleId = (await writeAndPublish({ ...stage, mia }, { title: 'VPN' })).id
})
afterEach(() => stage.server.stop())

let articleId: string

/** Looks for something, and answers the id of the search. */
const search = async (person: Person): Promise<string> =>
  (await person.run('{ articleSearch(query: "VPN", first: 5) { searchId } }')).articleSearch.searchId

const solved = (searchId: string) => carryOut(rita, 'searchSolved', 'eventCursor', { searchId, articleId })

async function figures(person: Person, since = -1, until = 1) {
  const now = +stage.server.clock.now() // once: it runs on
  const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString()
  return (
    await person.run(
      `query ($since: DateTime!, $until: DateTime!) { requestFigures(since: $since, until: $until) {
         reported reopened scores averageScore deflected reportedAfterSearch deflectionRate } }`,
      { since: at(since), until: at(until) },
    )
  ).requestFigures
}

it('tell how many searches an article solved, and how content people are', async () => {
  const manager = await stage.server.as('MANAGER')
  expect(await figures(manager)).toEqual({
    ...{ reported: 0, reopened: 0, scores: [0, 0, 0, 0, 0], averageScore: null },
    ...{ deflected: 0, reportedAfterSearch: 0, deflectionRate: null },
  })
  const [first, second, third] = [await search(rita), await search(rita), await search(rita)]
  await solved(first)
  await solved(first)
  await solved(second)
  await solved(third)
  // It was not solved after all.
  const reported = await report(stage, rita, { searchId: third })
  await report(stage, rita, { searchId: await search(rita) })
  await report(stage, rita)
  await solve(stage, reported)
  await change(rita, 'requestRate', { id: reported.id, score: 2 })
  await change(rita, 'requestReopen', { id: reported.id, reason: 'No' })
  await work(stage, 'incidentResolve', reported)
  await change(rita, 'requestRate', { id: reported.id, score: 5 })
  for (const viewer of [manager, await stage.server.as('ADMIN')])
    expect(await figures(viewer)).toEqual({
      ...{ reported: 3, reopened: 1, scores: [0, 1, 0, 0, 1], averageScore: 3.5 },
      ...{ deflected: 2, reportedAfterSearch: 2, deflectionRate: 0.5 },
    })
  expect(await figures(manager, 1, 2)).toMatchObject({ reported: 0, averageScore: null, deflectionRate: null })
})

it('count only what the viewer may see, and are for those who manage', async () => {
  const reported = await report(stage, rita, { searchId: await search(rita) })
  await solve(stage, reported)
  await change(rita, 'requestRate', { id: reported.id, score: 1 })
  await stage.server.sql(`UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1`, [reported.incidentId])
  const nothing = { reported: 0, scores: [0, 0, 0, 0, 0], reportedAfterSearch: 0 }
  const everything = { reported: 1, scores: [1, 0, 0, 0, 0], reportedAfterSearch: 1 }
  expect(await figures(await stage.server.as('MANAGER'))).toMatchObject(nothing)
  for (const role of ['ADMIN', 'AUDITOR'] as const)
    expect(await figures(await stage.server.as(role))).toMatchObject(everything)
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'PARTNER'] as const)
    expect(await figures(await stage.server.as(role))).toBeNull()
})

it('refuse what is no search and no range, and a search that is decided', async () => {
  const searchId = await search(rita)
  const field = 'searchId'
  expect(await refusal(rita, 'searchSolved', { searchId: 'x', articleId })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field,
  })
  expect(await refusal(rita, 'requestReport', { title: 'VPN', searchId: 'x' })).toMatchObject({ field })
  await report(stage, rita, { searchId })
  expect(await refusal(rita, 'searchSolved', { searchId, articleId })).toMatchObject({ code: 'CONFLICT', field })
  expect(await refusal(rita, 'requestReport', { title: 'VPN', searchId })).toMatchObject({ code: 'CONFLICT', field })
  expect((await stage.server.sql('SELECT count(*)::int AS n FROM incidents'))[0]).toEqual({ n: 1 })
  // Nobody says what came of another's search, nor that an article helped which they may not read.
  const sam = await stage.server.as('REQUESTER')
  expect(await refusal(sam, 'requestReport', { title: 'VPN', searchId })).toMatchObject({ code: 'NOT_FOUND', field })
  expect(await refusal(sam, 'searchSolved', { searchId, articleId })).toMatchObject({ code: 'NOT_FOUND', field })
  const inside = await writeAndPublish({ ...stage, mia: await stage.server.as('MANAGER') }, { audience: 'INTERNAL' })
  expect(await refusal(sam, 'searchSolved', { searchId: await search(sam), articleId: inside.id })).toMatchObject({
    ...{ code: 'NOT_FOUND', field: 'articleId' },
  })
  const manager = await stage.server.as('MANAGER')
  await expect(figures(manager, 1, 1)).rejects.toThrow('BAD_USER_INPUT')
})

it('name what people look for in vain, and not who', async () => {
  const look = (text: string) =>
    rita.run('query ($text: String!) { articleSearch(query: $text, first: 5) { searchId } }', { text })
  await look('Zeppelin')
  await look('zeppelin')
  await look('VPN') // found, and that was it
  await report(stage, rita, { searchId: await search(rita) })
  const gaps = (person: Person) =>
    person.send(
      '{ articleSearchGaps(since: "2020-01-01T00:00:00Z", first: 5) { text searches withoutResult reported } }',
    )
  const { data } = (await gaps(await stage.server.as('MANAGER'))) as { data?: object }
  expect(data).toEqual({
    articleSearchGaps: [
      { text: 'zeppelin', searches: 2, withoutResult: 2, reported: 0 },
      { text: 'vpn', searches: 2, withoutResult: 0, reported: 1 },
    ],
  })
  expect((await gaps(rita)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' })
})
