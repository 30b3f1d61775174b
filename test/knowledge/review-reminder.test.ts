import { ARTICLE_REVIEW_TASK } from '../../src/knowledge/review-reminder.js'
import { ringAgain } from '../../src/platform/lateness.js'
import { mailed } from '../selfservice/story.js'
import { DAY, type Stage, change, list, setStage, write, writeAndPublish } from './story.js'

/** Whoever answers for an article is told when somebody has to look at it. */

let stage: Stage
beforeEach(async () => void (stage = await setStage()))
afterEach(() => stage.server.stop())

const inDays = (days: number) => new Date(stage.server.clock.now().getTime() + days * DAY).toISOString()

/** Lets days pass; answers to whom it was mailed since that an article is to be looked at. */
async function told(days: number): Promise<string[]> {
  await stage.server.pass(days * DAY)
  await mailed(stage)
  const calls = stage.mail.calls.splice(0)
  return calls
    .filter(({ message }) => message.items.some(({ title }) => title.includes('Does it still hold')))
    .map(({ address }) => address.split('@')[0]!)
    .sort()
}

const retire = (id: string) => stage.server.sql('UPDATE users SET active = false WHERE id = $1', [id])

it('is told to the owner when the day comes, and each week again until somebody has confirmed it', async () => {
  const { ada, ben } = stage
  const { id } = await writeAndPublish(stage, { title: 'Badges', reviewAt: inDays(10) })
  expect(await told(9)).toEqual([])
  expect(await told(1.1)).toEqual([ada.id])
  expect(await told(6)).toEqual([])
  expect(await told(1.1)).toEqual([ada.id])
  await change(ben, 'articleUpdate', { id, tags: ['door'] }) // which answers nothing, and asks nothing
  expect(await told(1)).toEqual([])
  await change(ben, 'articleConfirm', { id, reviewAt: inDays(3) })
  expect(await told(2)).toEqual([])
  expect(await told(1.1)).toEqual([ada.id])
  await change(ben, 'articleConfirm', { id })
  expect(await told(30)).toEqual([])
  expect(await told(160)).toEqual([ada.id])
})

it('says which article, and what can be done', async () => {
  const { ada } = stage
  const { id } = await writeAndPublish(stage, { title: 'Badges' })
  const [{ number }] = (await stage.server.sql('SELECT number FROM articles WHERE id = $1', [id])) as [
    { number: number },
  ]
  await change(ada, 'articleConfirm', { id, reviewAt: inDays(1) })
  await stage.server.pass(1.1 * DAY)
  expect(await mailed(stage)).toContain(`KB${number} Does it still hold: Badges`)
})

it('follows the day when it is moved, by whatever moves it', async () => {
  const { ada, mia } = stage
  const { id } = await writeAndPublish(stage, { reviewAt: inDays(10) })
  await change(ada, 'articleUpdate', { id, reviewAt: inDays(20) })
  expect(await told(11)).toEqual([])
  await change(ada, 'articleUpdate', { id, body: 'New text', reviewAt: inDays(5) })
  expect(await told(5.1)).toEqual([ada.id])
  await change(ada, 'articleUpdate', { id, reviewAt: inDays(-300) })
  expect(await told(0.1)).toEqual([])
  // Publishing is looking at it, too.
  await change(ada, 'articleSubmit', { id })
  await change(mia, 'articleReview', { id, decision: 'APPROVED' })
  await change(mia, 'articlePublish', { id })
  expect(await told(100)).toEqual([])
})

it('is told to the managers of its team where its owner is gone; where there are none, it shows as unowned', async () => {
  const { server, ada, ben } = stage
  const team = await server.team('Office')
  const lead = await server.as('MANAGER', { teams: [team] })
  const gone = await server.as('MANAGER', { teams: [team] })
  await server.as('RESPONDER', { teams: [team] })
  await writeAndPublish(stage, { title: 'Of a team', teamId: team, ownerId: ben.id, reviewAt: inDays(1) })
  await writeAndPublish(stage, { title: 'Of nobody', ownerId: ben.id, reviewAt: inDays(1) })
  await writeAndPublish(stage, { title: 'Of Ada', teamId: team, reviewAt: inDays(1) })
  for (const { id } of [ben, gone]) await retire(id)
  expect(await told(1.1)).toEqual([ada.id, lead.id].sort())
  expect(await list(ada, { unowned: true })).toEqual(['Of a team', 'Of nobody'])
})

it('is not told of what nobody reads', async () => {
  const { server, ada, mia } = stage
  await write(ada, { reviewAt: inDays(1) })
  const { id } = await writeAndPublish(stage, { reviewAt: inDays(1) })
  await change(mia, 'articleArchive', { id })
  expect(await told(2)).toEqual([])
  expect(await server.sql('SELECT reminded_at FROM articles WHERE reminded_at IS NOT NULL')).toEqual([])
})

it('is rung for again when its job was lost, and is late only from when its day was set', async () => {
  const { server, ada } = stage
  const { id } = await writeAndPublish(stage, { reviewAt: inDays(1) })
  const loseJobs = () => server.sql("DELETE FROM graphile_worker._private_jobs WHERE key LIKE 'article.review%'")
  const late = (): Promise<Record<string, unknown>[]> =>
    server.sql(ARTICLE_REVIEW_TASK.overdue!, [server.clock.now()]) as Promise<Record<string, unknown>[]>
  await loseJobs()
  expect(await late()).toEqual([])
  server.clock.advance(2 * DAY)
  expect(await late()).toMatchObject([{ id }])
  await server.act((ctx) => ringAgain(ctx, [ARTICLE_REVIEW_TASK], 10))
  expect(await told(0)).toEqual([ada.id])
  expect(await late()).toEqual([])

  const set = server.clock.now()
  await server.sql('UPDATE articles SET review_at = $1, updated_at = $2, reminded_at = NULL', [inDays(-300), set])
  server.clock.advance(1)
  expect(await late()).toEqual([{ id, dueAt: set }])
})
