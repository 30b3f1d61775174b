import { ViewCounter, foldViews, writeViews } from '../../src/knowledge/article-views.js'
import { Database } from '../../src/platform/database.js'
import { createLogger } from '../../src/platform/log.js'
import type { Person } from '../support/person.js'
import { readsDuring } from '../support/statements.js'
import { DAY, type Stage, list, look, setStage, write, writeAndPublish } from './story.js'

/** How often articles are read. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const read = (person: Person, id: string, fields = 'published { html }') => look(person, id, fields)

const written = () => stage.server.act(({ db }) => writeViews(db.source))

async function views(id: string): Promise<number> {
  await written()
  return (await look(stage.mia, id, 'viewCount')).viewCount
}

describe('A view', () => {
  it('is that somebody reads what is published, once a day', async () => {
    const { server, rosa, ben } = stage
    const { id } = await writeAndPublish(stage)
    expect(await views(id)).toBe(0)
    await read(rosa, id)
    expect(await views(id)).toBe(1)
    await read(rosa, id)
    await ben.run(
      'query ($id: ID!) { article(id: $id) { published { ...Text } } } fragment Text on ArticleVersion { text: body }',
      { id },
    )
    expect(await views(id)).toBe(2)
    server.clock.advance(DAY)
    await read(rosa, id, 'published { title body }')
    expect(await views(id)).toBe(3)
    const today = server.clock.now()
    const days = [new Date(+today - DAY), today].map((day) => day.toISOString().slice(0, 10))
    expect(await look(ben, id, 'viewsByDay { day views } today: viewsByDay(days: 1) { views }')).toEqual({
      ...{
        viewsByDay: [
          { day: days[0], views: 2 },
          { day: days[1], views: 1 },
        ],
        today: [{ views: 1 }],
      },
    })
    expect(await look(rosa, id, 'viewCount viewsByDay { views }')).toEqual({ viewCount: 3, viewsByDay: [] })
    for (const wrong of [0, 367])
      await expect(look(ben, id, `viewsByDay(days: ${wrong}) { views }`)).rejects.toThrow('BAD_USER_INPUT')
  })

  it('is nothing less: a title, a list, a draft; and not of those who wrote it or answer for it', async () => {
    const { ada, ben, rosa, mia } = stage
    const { id } = await writeAndPublish(stage, { ownerId: mia.id })
    await read(rosa, id, 'title published { title number }')
    await list(rosa)
    await read(ada, id)
    await read(mia, id)
    await read(ben, id, 'latest { html }')
    const draft = await write(ada)
    await read(ben, draft.id, 'latest { html } published { html }')
    expect([await views(id), await views(draft.id)]).toEqual([0, 0])
  })

  it('costs the reader nothing: the article and its version are read, as they would be anyway', async () => {
    const { rosa } = stage
    const { id } = await writeAndPublish(stage)
    await rosa.run('{ __typename }') // signed in
    const { reads } = await readsDuring(() => read(rosa, id))
    expect(reads.map((text) => /FROM (articles|article_versions|unnest)/.exec(text)?.[1])).toEqual([
      'articles',
      'unnest',
    ])
    expect(await views(id)).toBe(1)
  })

  it('is not lost when the server stops', async () => {
    const { server, rosa, mia } = stage
    const { id } = await writeAndPublish(stage)
    await read(rosa, id)
    await server.restart()
    expect((await look(mia, id, 'viewCount')).viewCount).toBe(1)
  })
})

describe('Counting', () => {
  const log = createLogger('silent')

  it('adds up what several nodes write', async () => {
    const { id } = await writeAndPublish(stage)
    await stage.server.act(async ({ db }) => {
      const nodes = [1, 2].map(() => new ViewCounter(Database.of(db.source), log))
      for (const [n, node] of nodes.entries())
        for (const reader of ['a', 'b', 'c'].slice(n)) node.count(reader, id, '2026-01-05')
      await Promise.all(nodes.map((node) => node.write()))
    })
    expect(await views(id)).toBe(5)
  })

  it('keeps what cannot be written, and writes it the next time', async () => {
    const sent: string[] = []
    let fails = true
    const db = {
      rows: (_: string, [rows]: [string]) => {
        if (fails) return Promise.reject(new Error('The database is away'))
        sent.push(rows)
        return Promise.resolve([])
      },
    } as unknown as Database
    const counter = new ViewCounter(db, log)
    counter.count('a', 'art_1', '2026-01-05')
    await counter.write()
    counter.count('b', 'art_1', '2026-01-05')
    fails = false
    await counter.write()
    await counter.write()
    expect(sent.map((rows) => JSON.parse(rows))).toEqual([[{ article_id: 'art_1', day: '2026-01-05', views: 2 }]])
  })

  it('makes one row of an old month, so that the sum stays', async () => {
    const { server } = stage
    const { id } = await writeAndPublish(stage)
    const add = (day: string, count: number) =>
      server.sql('INSERT INTO article_views (article_id, day, views) VALUES ($1, $2, $3)', [id, day, count])
    await add('2024-02-01', 1)
    await add('2024-02-03', 2)
    await add('2024-02-29', 4)
    await add('2024-03-31', 8)
    const recent = server.clock.now().toISOString().slice(0, 10)
    await add(recent, 16)
    for (let time = 0; time < 2; time++) await server.act((ctx) => foldViews(ctx))
    expect(
      await server.sql('SELECT day::text, views FROM article_views WHERE article_id = $1 ORDER BY 1', [id]),
    ).toEqual([
      { day: '2024-02-01', views: 7 },
      { day: '2024-03-01', views: 8 },
      { day: recent, views: 16 },
    ])
    expect(await views(id)).toBe(31)
  })
})
