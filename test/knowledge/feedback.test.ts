import type { Person } from '../support/person.js'
import { type Stage, carryOut, change, look, refusal, setStage, write, writeAndPublish } from './story.js'

/** What readers say of an article. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const PAYLOAD = 'article { helpfulCount unhelpfulCount } feedback { helpful reason comment number } eventCursor'

const give = (person: Person, articleId: string, helpful: boolean, more: object = {}) =>
  carryOut(person, 'articleFeedbackGive', PAYLOAD, { articleId, helpful, ...more })

const counts = async (person: Person, id: string) => {
  const { helpfulCount, unhelpfulCount } = await look(person, id, 'helpfulCount unhelpfulCount')
  return [helpfulCount, unhelpfulCount]
}

/** What those who look behind it see. */
const said = async (person: Person, id: string) =>
  (
    await look(
      person,
      id,
      'feedback(first: 10) { totalCount edges { node { helpful reason comment person { name } } } }',
    )
  ).feedback.edges.map(({ node }: { node: object }) => node)

describe('A vote', () => {
  it('is one for each person, who may change it and take it back; the counts stay exact', async () => {
    const { ada, ben, rosa } = stage
    const { id } = await writeAndPublish(stage)
    expect(await look(rosa, id, 'helpfulCount unhelpfulCount myFeedback { helpful }')).toEqual({
      ...{ helpfulCount: 0, unhelpfulCount: 0, myFeedback: null },
    })
    expect(await give(rosa, id, true)).toMatchObject({
      ...{ article: { helpfulCount: 1, unhelpfulCount: 0 }, feedback: { helpful: true, reason: null, number: 1 } },
    })
    const again = await give(rosa, id, true)
    expect(again).toMatchObject({ article: { helpfulCount: 1 }, eventCursor: null })
    await give(ben, id, true)
    expect(await counts(rosa, id)).toEqual([2, 0])

    const changed = await give(rosa, id, false, { reason: 'OUTDATED', comment: ' There is a new client. ' })
    expect(changed).toMatchObject({
      article: { helpfulCount: 1, unhelpfulCount: 1 },
      feedback: { helpful: false, reason: 'OUTDATED', comment: 'There is a new client.' },
    })
    expect(await look(rosa, id, 'myFeedback { helpful reason }')).toEqual({
      myFeedback: { helpful: false, reason: 'OUTDATED' },
    })
    expect(await said(ada, id)).toEqual([
      { helpful: false, reason: 'OUTDATED', comment: 'There is a new client.', person: { name: 'Rosa' } },
      { helpful: true, reason: null, comment: null, person: { name: 'Ben' } },
    ])

    const withdraw = () => carryOut(rosa, 'articleFeedbackWithdraw', PAYLOAD, { articleId: id })
    expect(await withdraw()).toMatchObject({ article: { helpfulCount: 1, unhelpfulCount: 0 }, feedback: null })
    expect(await withdraw()).toMatchObject({ article: { helpfulCount: 1, unhelpfulCount: 0 }, eventCursor: null })
    expect(await look(rosa, id, 'myFeedback { helpful }')).toEqual({ myFeedback: null })
  })

  it('is of the version that was read, and leaves the article as it is', async () => {
    const { ada, mia, rosa } = stage
    const { id } = await writeAndPublish(stage)
    await change(ada, 'articleUpdate', { id, body: 'A draft that readers do not see.' })
    const before = await look(ada, id, 'version updatedAt')
    expect((await give(rosa, id, false, { reason: 'WRONG' })).feedback).toMatchObject({ number: 1 })
    expect(await look(ada, id, 'version updatedAt')).toEqual(before)
    await change(ada, 'articleSubmit', { id })
    await change(mia, 'articleReview', { id, decision: 'APPROVED' })
    await change(mia, 'articlePublish', { id })
    expect((await look(rosa, id, 'myFeedback { number }')).myFeedback).toEqual({ number: 1 })
    expect((await give(rosa, id, false, { reason: 'WRONG' })).feedback).toMatchObject({ number: 2 })
    expect(await counts(rosa, id)).toEqual([0, 1])
  })

  it('is counted once each, however many vote at the same time', async () => {
    const { server, ada } = stage
    const { id } = await writeAndPublish(stage)
    const people = await Promise.all(Array.from({ length: 8 }, () => server.as('REQUESTER')))
    await Promise.all(people.flatMap((person, n) => [give(person, id, n % 2 === 0), give(person, id, n < 3)]))
    const [row] = await server.sql(
      `SELECT (count(*) FILTER (WHERE helpful))::int AS yes, (count(*) FILTER (WHERE NOT helpful))::int AS no
         FROM article_feedback WHERE article_id = $1`,
      [id],
    )
    expect(row!['yes'] + row!['no']).toBe(8)
    expect(await counts(ada, id)).toEqual([row!['yes'], row!['no']])
  })

  it('is heard by those who write, and by no reader', async () => {
    const { ada, mia, rosa } = stage
    const { id, eventCursor } = await writeAndPublish(stage)
    await give(rosa, id, true)
    await carryOut(rosa, 'articleFeedbackWithdraw', PAYLOAD, { articleId: id })
    await change(mia, 'articleConfirm', { id })
    const heard = async (person: Person, count: number) => {
      const stream = await person.subscribe(
        `subscription ($after: String, $filter: ArticleEventFilter) {
           articleEvents(after: $after, filter: $filter) { type actor { ... on User { name } } } }`,
        { after: eventCursor, filter: { articleId: [id] } },
      )
      const events = await stream.take(count)
      stream.stop()
      return events.map(({ data }) => data.articleEvents)
    }
    expect((await heard(ada, 6)).slice(3)).toEqual([
      { type: 'FEEDBACK_GIVEN', actor: { name: 'Rosa' } },
      { type: 'FEEDBACK_WITHDRAWN', actor: { name: 'Rosa' } },
      { type: 'CONFIRMED', actor: { name: 'Mia' } },
    ])
    expect((await heard(rosa, 2)).map(({ type }) => type)).toEqual(['PUBLISHED', 'CONFIRMED'])
  })
})

describe('Whoever may read an article', () => {
  it('may vote on it, whatever their role; nobody else learns that it is there', async () => {
    const { server, mia } = stage
    const service = await server.service('Payments')
    const { id } = await writeAndPublish(stage, { serviceIds: [service] })
    for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR'] as const)
      await give(await server.as(role), id, true)
    await give(await server.as('PARTNER', { services: [service] }), id, true)
    expect(await counts(mia, id)).toEqual([7, 0])
    const unknown = { code: 'NOT_FOUND', field: 'articleId' }
    const vote = { articleId: id, helpful: true }
    expect(await refusal(await server.as('PARTNER'), 'articleFeedbackGive', vote)).toMatchObject(unknown)
    const { id: hidden } = await writeAndPublish(stage, { audience: 'INTERNAL' })
    const hiddenVote = { articleId: hidden, helpful: true }
    expect(await refusal(stage.rosa, 'articleFeedbackGive', hiddenVote)).toMatchObject(unknown)
    expect(await refusal(stage.rosa, 'articleFeedbackWithdraw', { articleId: hidden })).toMatchObject(unknown)
  })

  it('sees how many it helped, and not who said what', async () => {
    const { ben, rosa } = stage
    const { id } = await writeAndPublish(stage)
    await give(ben, id, false, { comment: 'Ask Carol.' })
    const fields =
      'helpfulCount unhelpfulCount myFeedback { comment } feedback(first: 5) { totalCount edges { cursor } }'
    expect(await look(rosa, id, fields)).toEqual({
      ...{ helpfulCount: 0, unhelpfulCount: 1, myFeedback: null, feedback: { totalCount: 0, edges: [] } },
    })
  })

  it('needs a token that may write', async () => {
    const { server, ada } = stage
    const { id } = await writeAndPublish(stage)
    const reader = await server.as('REQUESTER', { scopes: ['READ' as never] })
    expect(await refusal(reader, 'articleFeedbackGive', { articleId: id, helpful: true })).toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await counts(ada, id)).toEqual([0, 0])
  })
})

it('refuses what makes no vote', async () => {
  const { ada, rosa } = stage
  const { id: articleId } = await writeAndPublish(stage)
  const draft = await write(ada)
  for (const [input, wrong] of [
    [
      { helpful: true, reason: 'WRONG' },
      { code: 'BAD_USER_INPUT', field: 'reason' },
    ],
    [
      { helpful: false, comment: ' ' },
      { code: 'BAD_USER_INPUT', field: 'comment' },
    ],
    [
      { helpful: false, comment: 'x'.repeat(2_001) },
      { code: 'BAD_USER_INPUT', field: 'comment' },
    ],
    [
      { helpful: true, articleId: 'nothing' },
      { code: 'NOT_FOUND', field: 'articleId' },
    ],
  ] as const)
    expect(await refusal(rosa, 'articleFeedbackGive', { articleId, ...input })).toMatchObject(wrong)
  expect(await refusal(ada, 'articleFeedbackGive', { articleId: draft.id, helpful: true })).toMatchObject({
    ...{ code: 'INVALID_TRANSITION', field: 'articleId' },
  })
  expect(await counts(rosa, articleId)).toEqual([0, 0])
})
