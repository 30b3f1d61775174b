import { declare, look as lookAtIncident, timeline } from '../incidents/story.js'
import type { Person } from '../support/person.js'
import { readsDuring } from '../support/statements.js'
import { type Stage, carryOut, look, refusal, setStage, write, writeAndPublish } from './story.js'

/** Which articles helped with which incidents. */

let stage: Stage
beforeEach(async () => void (stage = await setStage()))
afterEach(() => stage.server.stop())

const LINK = 'relation article { title } incident { title } actor { ... on User { name } }'

const EVENTS = `subscription ($after: String) {
  incidentEvents(after: $after, filter: { type: [ARTICLE_LINKED] }) { type entry { body audience } } }`

const link = (person: Person, id: string, articleId: string, relation = 'USED') =>
  carryOut(person, 'incidentArticleLink', `link { ${LINK} } eventCursor`, { id, articleId, relation })

const titlesOf = async (person: Person, id: string): Promise<string[]> =>
  (await lookAtIncident(person, id, 'articles { article { title } }')).articles.map(
    ({ article }: { article: { title: string } }) => article.title,
  )

const usage = async (person: Person, id: string) => {
  const { incidentCount, incidents } = await look(
    person,
    id,
    'incidentCount incidents(first: 10) { totalCount edges { node { relation incident { title } } } }',
  )
  const nodes = incidents.edges.map(
    ({ node }: { node: { relation: string; incident: { title: string } } }) =>
      `${node.relation} ${node.incident.title}`,
  )
  return { incidentCount, totalCount: incidents.totalCount, nodes }
}

describe('An article that helped', () => {
  it('is said to have, by whoever works on the incident, and the timeline tells it', async () => {
    const { ada, server } = stage
    const { id: articleId, eventCursor: after } = await writeAndPublish(stage, { title: 'Restart it' })
    const id = await declare(ada)
    const events = await ada.subscribe(EVENTS, { after })
    expect(await link(ada, id, articleId)).toMatchObject({
      link: {
        ...{ relation: 'USED', article: { title: 'Restart it' }, incident: { title: 'Checkout is down' } },
        actor: { name: 'Ada' },
      },
      eventCursor: expect.any(String),
    })
    expect((await events.next()).data.incidentEvents).toEqual({
      ...{ type: 'ARTICLE_LINKED', entry: { audience: 'INTERNAL', body: 'Article KB1 “Restart it” was used' } },
    })
    events.stop()
    expect(await link(ada, id, articleId)).toMatchObject({ link: { relation: 'USED' }, eventCursor: null })
    await server.pass(1_000)
    await link(ada, id, articleId, 'SOLVED')
    expect(await usage(ada, articleId)).toEqual({
      ...{ incidentCount: 1, totalCount: 2, nodes: ['SOLVED Checkout is down', 'USED Checkout is down'] },
    })

    await carryOut(ada, 'incidentArticleUnlink', 'link { relation }', { id, articleId, relation: 'SOLVED' })
    await carryOut(ada, 'incidentArticleUnlink', 'link { relation }', { id, articleId, relation: 'USED' })
    expect(await refusal(ada, 'incidentArticleUnlink', { id, articleId, relation: 'USED' })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'articleId' },
    })
    expect(await usage(ada, articleId)).toEqual({ incidentCount: 0, totalCount: 0, nodes: [] })
    expect((await timeline(ada, id)).slice(1)).toEqual([
      'Article KB1 “Restart it” was used',
      'Article KB1 “Restart it” solved it',
      'Article KB1 “Restart it” did not solve it after all',
      'Article KB1 “Restart it” was not used after all',
    ])
  })

  it('is not used by being drawn from the incident', async () => {
    const { ada } = stage
    const { id: articleId } = await write(ada, { title: 'Learned' })
    await link(ada, await declare(ada), articleId, 'DRAWN_FROM')
    expect(await usage(ada, articleId)).toMatchObject({ incidentCount: 0, totalCount: 1 })
  })

  it('is read with many others in one statement, and an incident has at most fifty', async () => {
    const { ada, server } = stage
    const articles = await Promise.all(Array.from({ length: 51 }, (_, n) => write(ada, { title: `A${n}` })))
    const [first, second] = [await declare(ada), await declare(ada)]
    await link(ada, second, articles[0]!.id)
    for (const { id } of articles.slice(0, 50)) await link(ada, first, id)
    expect(
      await refusal(ada, 'incidentArticleLink', { id: first, articleId: articles[50]!.id, relation: 'USED' }),
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' })
    const list = '{ incidents(first: 50) { edges { node { articles { article { title incidentCount } } } } } }'
    const { reads, result } = await readsDuring(() => ada.run(list))
    expect(result.incidents.edges.map(({ node }: { node: { articles: object[] } }) => node.articles.length)).toEqual([
      ...[1, 50],
    ])
    expect(reads).toHaveLength(4) // incidents, links, articles, counts
    expect(await server.sql('SELECT count(*)::int FROM article_links')).toEqual([{ count: 51 }])
  })
})

describe('Who reads what of it', () => {
  it('is whoever reads the one and the other', async () => {
    const { server, ada, mia, rosa } = stage
    const team = await server.team('A')
    const member = await server.as('RESPONDER', { teams: [team] })
    const stakeholder = await server.as('STAKEHOLDER')
    const ofTeam = await writeAndPublish(stage, { title: 'Of the team', audience: 'TEAM', teamId: team }, member)
    const open = await writeAndPublish(stage, { title: 'Open' })
    const draft = await write(ada, { title: 'A draft' })
    const shared = await declare(rosa, { title: 'Shared', teamId: team })
    const hidden = await declare(member, { title: 'Hidden', visibility: 'TEAM', teamId: team })
    await link(member, shared, open.id)
    await link(member, shared, draft.id)
    await link(member, shared, ofTeam.id)
    await link(member, hidden, open.id, 'SOLVED')

    for (const person of [member, mia])
      expect(await titlesOf(person, shared)).toEqual(['Open', 'A draft', 'Of the team'])
    expect(await titlesOf(ada, shared)).toEqual(['Open', 'A draft'])
    for (const person of [stakeholder, rosa]) expect(await titlesOf(person, shared)).toEqual(['Open'])

    for (const person of [member, mia]) expect(await usage(person, open.id)).toMatchObject({ incidentCount: 2 })
    for (const person of [ada, stakeholder, rosa])
      expect(await usage(person, open.id)).toEqual({ incidentCount: 1, totalCount: 1, nodes: ['USED Shared'] })
    const other = await server.as('REQUESTER')
    expect(await usage(other, open.id)).toEqual({ incidentCount: 0, totalCount: 0, nodes: [] })

    // The timeline is read by more people than the article of a team, and not by those who do not run incidents.
    expect((await timeline(ada, shared)).slice(1)).toEqual([
      'Article KB2 “Open” was used',
      'Article KB3 “A draft” was used',
      'Article KB1 was used',
    ])
    expect(await timeline(rosa, shared)).toEqual(['Declared'])
    const { articles } = await lookAtIncident(rosa, shared, 'articles { actor { __typename } }')
    expect(articles).toEqual([{ actor: null }])
  })

  it('decides what the report of an incident tells of them', async () => {
    const { ada, rosa } = stage
    const id = await declare(rosa)
    await link(ada, id, (await writeAndPublish(stage, { title: 'Turn | it off' })).id, 'SOLVED')
    await link(ada, id, (await write(ada, { title: 'A draft' })).id)
    const report = async (person: Person) =>
      (
        await person.run(
          `query ($id: ID!) { incidentReport(id: $id) { markdown articles { relation article { title } } } }`,
          { id },
        )
      ).incidentReport
    expect((await report(ada)).articles).toHaveLength(2)
    const { articles, markdown } = await report(rosa)
    expect(articles).toEqual([{ relation: 'SOLVED', article: { title: 'Turn | it off' } }])
    expect(markdown).toContain('## Articles\n')
    expect(markdown).toContain('| KB1 Turn \\| it off | solved |')
    expect(markdown).not.toContain('A draft')
  })

  it('says so only if they work on the incident and read the article', async () => {
    const { server, ada, mia, rosa } = stage
    const team = await server.team('A')
    const member = await server.as('RESPONDER', { teams: [team] })
    const { id: articleId } = await writeAndPublish(stage, { title: 'Open' })
    const { id: secret } = await write(member, { title: 'Of the team', audience: 'TEAM', teamId: team })
    const [id, hidden] = [
      await declare(rosa, { teamId: team }),
      await declare(member, { visibility: 'TEAM', teamId: team }),
    ]
    const input = { id, articleId, relation: 'USED' }
    for (const person of [rosa, ada, await server.as('STAKEHOLDER'), await server.as('AUDITOR')])
      expect(await refusal(person, 'incidentArticleLink', input)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(ada, 'incidentArticleLink', { ...input, id: hidden })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'id' },
    })
    const own = { id: await declare(ada), relation: 'USED' }
    for (const articleId of [secret, 'art_none'])
      expect(await refusal(ada, 'incidentArticleLink', { ...own, articleId })).toMatchObject({
        ...{ code: 'NOT_FOUND', field: 'articleId' },
      })
    expect(await refusal(mia, 'incidentArticleLink', { ...input, expectedVersion: 9 })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'expectedVersion' },
    })
    await link(mia, id, secret)
  })
})
