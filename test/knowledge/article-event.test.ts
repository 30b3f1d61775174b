import { type Stage, change, look, publish, setStage, write, writeAndPublish } from './story.js'
import { mailed } from '../selfservice/story.js'
import type { Person } from '../support/person.js'

/** What people hear of articles, live and later. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const EVENTS = `subscription ($after: String, $filter: ArticleEventFilter) {
  articleEvents(after: $after, filter: $filter) { cursor type actor { ... on User { name } } article { title status } } }`

/** What a stream brings first. */
async function heard(person: Person, after: string, count: number, filter: object = {}) {
  const stream = await person.subscribe(EVENTS, { after, filter })
  const events = await stream.take(count)
  stream.stop()
  return events.map(({ data }) => data.articleEvents)
}

describe('Those who write', () => {
  it('hear of every step of an article', async () => {
    const { ada, mia } = stage
    const { eventCursor: before } = await write(ada, { title: 'Something else' })
    const { id } = await write(ada, { title: 'Badges' })
    await publish(stage, { id }, ada)
    await change(mia, 'articleUpdate', { id, body: 'Lost it?' })
    await change(mia, 'articleUpdate', { id, tags: ['door'] })
    await change(mia, 'articleConfirm', { id })
    await change(mia, 'articleArchive', { id })
    await change(mia, 'articleReinstate', { id })
    const events = await heard(ada, before, 9, { articleId: [id] })
    expect(events.map(({ type }) => type)).toEqual([
      ...['CREATED', 'SUBMITTED', 'APPROVED', 'PUBLISHED', 'REVISED', 'UPDATED', 'CONFIRMED', 'ARCHIVED', 'REINSTATED'],
    ])
    expect(events[2]).toMatchObject({ actor: { name: 'Mia' }, article: { status: 'APPROVED' } })
  })
})

describe('Those who read', () => {
  it('hear of what is before them, and by the rules of the moment', async () => {
    const { ada, mia, rosa } = stage
    const { eventCursor: before } = await write(ada)
    const hidden = await writeAndPublish(stage, { title: 'Was open once' })
    const { id } = await writeAndPublish(stage, { title: 'Is open' })
    await change(ada, 'articleUpdate', { id, body: 'A secret draft.' })
    await change(mia, 'articleUpdate', { id: hidden.id, audience: 'INTERNAL' })
    await change(mia, 'articleUpdate', { id, tags: ['last'] })
    expect(await heard(rosa, before, 2)).toMatchObject([
      { type: 'PUBLISHED', actor: null, article: { title: 'Is open', status: 'PUBLISHED' } },
      { type: 'UPDATED', article: { title: 'Is open', status: 'PUBLISHED' } },
    ])
  })
})

describe('Whoever is asked to review', () => {
  it('is told so', async () => {
    const { ada, ben } = stage
    const { id } = await write(ada, { title: 'Fire drill', audience: 'INTERNAL' })
    await change(ada, 'articleSubmit', { id, reviewerIds: [ben.id] })
    const { number } = await look(ada, id, 'number')
    expect(await mailed(stage)).toContain(`KB${number} Please review: Fire drill`)
  })
})
