import { Chance } from '../../src/demo/chance.js'
import type { Person } from '../support/person.js'
import { type Stage, change, publish, setStage, write } from './story.js'

/**
 * Role × audience × team × owner × services × published: a list, `node(id:)`, a link and the stream show each person the
 * same articles, and these are the ones that product.md grants them. The rule below is written by hand from there.
 */

interface Someone {
  readonly person: Person
  readonly role: string
  readonly teams: readonly string[]
  readonly services: readonly string[]
}

interface Tried {
  readonly id: string
  readonly audience: string
  readonly teamId: string | null
  readonly ownerId: string
  readonly serviceIds: readonly string[]
  readonly published: boolean
}

function mayRead({ person, role, teams, services }: Someone, article: Tried): boolean {
  const { audience, teamId, ownerId, serviceIds, published } = article
  if (['MANAGER', 'ADMIN', 'AUDITOR'].includes(role)) return true
  if (role === 'RESPONDER')
    return audience !== 'TEAM' || ownerId === person.id || (teamId !== null && teams.includes(teamId))
  if (!published || audience !== 'PUBLIC') return false
  return role !== 'PARTNER' || serviceIds.every((id) => services.includes(id))
}

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

it('is the same wherever one looks', async () => {
  const { server, mia } = stage
  const chance = new Chance(7)
  const teams = [await server.team('A'), await server.team('B')]
  const services = [await server.service('Mail'), await server.service('Payments')]
  const people: Someone[] = []
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR', 'PARTNER'] as const)
    for (const n of [0, 1]) {
      const [team, granted] = [[teams[n]!], role === 'PARTNER' ? services.slice(0, n) : []]
      const person = await server.as(role, { teams: team, services: granted })
      people.push({ person, role, teams: team, services: granted })
    }

  const { eventCursor: before } = await write(mia, { title: 'Before', audience: 'INTERNAL' })
  const articles: Tried[] = []
  const owners = people.map(({ person }) => person.id)
  for (let n = 0; n < 30; n++) {
    const input = {
      audience: chance.pick(['PUBLIC', 'PUBLIC', 'INTERNAL', 'TEAM']),
      teamId: chance.pick(teams),
      ownerId: chance.pick(owners),
      serviceIds: services.filter(() => chance.pick([true, false])),
    }
    const { id } = await write(mia, { title: `Article ${n}`, ...input })
    const published = n % 3 > 0
    if (published) {
      await change(mia, 'articleSubmit', { id })
      await change(await server.as('MANAGER'), 'articleReview', { id, decision: 'APPROVED' })
      await change(mia, 'articlePublish', { id })
    }
    articles.push({ id, ...input, published })
  }
  const fence = await write(mia, { title: 'After' })
  await publish({ ...stage, mia: await server.as('MANAGER') }, fence, mia)

  const ids = articles.map(({ id }) => id)
  for (const someone of people) {
    const { person, role } = someone
    const expected = articles.filter((article) => mayRead(someone, article)).map(({ id }) => id)
    const { articles: listed, nodes } = await person.run(
      'query ($ids: [ID!]!) { articles(first: 100, orderBy: NEWEST) { edges { node { id } } } nodes(ids: $ids) { id } }',
      { ids },
    )
    const found = new Set(listed.edges.map(({ node }: { node: { id: string } }) => node.id))
    expect([role, ids.filter((id) => found.has(id))]).toEqual([role, expected])
    expect([role, nodes.flatMap((node: { id: string } | null) => node?.id ?? [])]).toEqual([role, expected])

    const stream = await person.subscribe(
      'subscription ($after: String) { articleEvents(after: $after) { article { id } } }',
      { after: before },
    )
    const heard = new Set<string>()
    for (;;) {
      const { id } = (await stream.next()).data.articleEvents.article
      if (id === fence.id) break
      heard.add(id)
    }
    stream.stop()
    expect([role, ids.filter((id) => heard.has(id))]).toEqual([role, expected])
  }
})
