import type { Person } from '../support/person.js'
import { type Stage, carryOut, change, look, publish, setStage, write, writeAndPublish } from './story.js'

/** Finding what helps, before a ticket exists. */

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
  await writeAndPublish(stage, {
    ...{ title: 'The VPN drops every hour', tags: ['vpn'], kind: 'KNOWN_ERROR' },
    body: 'The tunnel is renewed every hour.\n\n## What helps\n\nUpdate the client to version 5.2. <script>alert("5.2")</script>',
  })
  await writeAndPublish(stage, {
    title: 'Set up the VPN',
    body: 'Install the client and sign in with your second factor.',
  })
  await writeAndPublish(stage, {
    title: 'The printer does not print',
    body: 'Turn it off and on. Look at the queue of printers.',
  })
  await writeAndPublish(stage, { title: 'Meetings at the wrong hour', body: 'Set the time zone of your calendar.' })
  await writeAndPublish(stage, {
    ...{ title: 'KubePodCrashLooping', kind: 'RUNBOOK', audience: 'INTERNAL', alertNames: ['KubePodCrashLooping'] },
    body: 'A container of a pod ends again and again. Look at order-db-replica first.',
  })
  await writeAndPublish(stage, {
    ...{ title: 'Der Drucker druckt nicht', language: 'de' },
    body: 'Prüfen Sie zuerst die Warteschlangen der Drucker.',
  })
})
afterAll(() => stage.server.stop())

const SEARCH = `query ($query: String!, $first: Int!, $after: String, $filter: ArticleFilter) {
  articleSearch(query: $query, first: $first, after: $after, filter: $filter) {
    searchId totalCount correction pageInfo { hasNextPage hasPreviousPage endCursor }
    hits { article { title } title { text matches } snippets { text matches } cursor }
    facets { kinds { kind count } categories { category { name } count } services { service { name } count } } } }`

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
const search = async (person: Person, query: string, more: object = {}): Promise<any> =>
  (await person.run(SEARCH, { query, first: 10, ...more })).articleSearch

const titlesOf = ({ hits }: { hits: { article: { title: string } }[] }) => hits.map(({ article }) => article.title)
const titles = async (person: Person, query: string, more: object = {}) => titlesOf(await search(person, query, more))

const suggest = async (person: Person, text: string, more: object = {}): Promise<string[]> =>
  titlesOf(
    (
      await person.run(
        `query ($text: String!, $filter: ArticleFilter) {
           articleSuggest(text: $text, first: 5, filter: $filter) { hits { article { title } } } }`,
        { text, ...more },
      )
    ).articleSuggest,
  )

const refusal = async (person: Person, variables: object) => {
  const { errors } = await person.send(SEARCH, { first: 10, ...variables })
  return { message: errors![0]!.message, ...(errors![0]!.extensions as { code: string; field: string }) }
}

describe('A search', () => {
  it('brings what fits best first, and shows where it stands', async () => {
    const { hits, totalCount } = await search(stage.rosa, 'VPN drops every hour')
    expect(hits[0].article.title).toBe('The VPN drops every hour')
    const marked = hits[0].title.map(({ text, matches }: { text: string; matches: boolean }) =>
      matches ? `*${text}*` : text,
    )
    expect(marked.join('')).toBe('The *VPN* *drops* *every* *hour*')
    expect(JSON.stringify(hits[0].snippets)).not.toContain('alert')
    expect(hits[0].snippets[0]).toContainEqual({ text: 'hour', matches: true })
    expect(totalCount).toBe(hits.length)
  })

  it('finds other endings of a word, in the language of the article', async () => {
    const { rosa } = stage
    expect(await titles(rosa, 'printing')).toEqual(['The printer does not print'])
    expect(await titles(rosa, 'Warteschlange')).toEqual(['Der Drucker druckt nicht'])
    expect(await titles(rosa, 'druckte')).toEqual(['Der Drucker druckt nicht'])
  })

  it('mends what is mistyped, and says so', async () => {
    const { rosa } = stage
    const found = await search(rosa, 'pritner qeue')
    expect([titlesOf(found), found.correction]).toEqual([['The printer does not print'], 'printer queue'])
    expect((await search(rosa, 'printer')).correction).toBeNull()
    expect(await titles(rosa, 'xyzzyplugh')).toEqual([])
  })

  it('finds identifiers whole and by their parts', async () => {
    const { ada } = stage
    for (const query of [
      'KubePodCrashLooping',
      'kubepodcrashlooping',
      'kube-pod-crash-looping',
      'crash looping pod',
      'order-db-replica',
    ])
      expect([query, (await titles(ada, query))[0]]).toEqual([query, 'KubePodCrashLooping'])
  })

  it('understands phrases, exclusions and alternatives', async () => {
    const { rosa } = stage
    expect(await titles(rosa, '"set up the VPN"')).toEqual(['Set up the VPN'])
    expect(await titles(rosa, 'vpn -drops')).toEqual(['Set up the VPN'])
    expect((await titles(rosa, 'meetings OR printers')).sort()).toEqual([
      ...['Meetings at the wrong hour', 'The printer does not print'],
    ])
  })

  it('is narrowed down, and comes in pages', async () => {
    const { rosa } = stage
    expect(await titles(rosa, 'VPN', { filter: { kind: ['KNOWN_ERROR'] } })).toEqual(['The VPN drops every hour'])
    const first = await search(rosa, 'VPN', { first: 1 })
    expect(first).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    expect(first.facets.kinds).toEqual(
      expect.arrayContaining([
        { kind: 'KNOWN_ERROR', count: 1 },
        { kind: 'HOW_TO', count: 1 },
      ]),
    )
    const second = await search(rosa, 'VPN', { first: 1, after: first.pageInfo.endCursor })
    expect(second).toMatchObject({ searchId: first.searchId, pageInfo: { hasNextPage: false, hasPreviousPage: true } })
    expect([...titlesOf(first), ...titlesOf(second)].sort()).toEqual(['Set up the VPN', 'The VPN drops every hour'])
  })
})

describe('What is typed', () => {
  it('suggests what begins so', async () => {
    const { rosa } = stage
    expect(await suggest(rosa, 'pri')).toEqual(['The printer does not print'])
    expect(await suggest(rosa, 'the meeti')).toEqual(['Meetings at the wrong hour'])
  })

  it('suggests what helps with a whole report', async () => {
    const report = `Good morning, since I have been working from home my connection is lost again and again: the VPN drops,
      about every hour, and I have to sign in anew. Yesterday it was fine. Kind regards, Rosa`
    expect((await suggest(stage.rosa, report))[0]).toBe('The VPN drops every hour')
  })
})

describe('What is found', () => {
  it('follows what is published, and nothing else', async () => {
    const { ada, mia, rosa } = stage
    const draft = await write(ada, { title: 'Zeppelins', body: 'An airship.' })
    expect([await titles(rosa, 'Zeppelin'), await titles(ada, 'Zeppelin')]).toEqual([[], []])
    await publish(stage, draft, ada)
    expect(await titles(rosa, 'zeppelin airship')).toEqual(['Zeppelins'])
    await change(ada, 'articleUpdate', { id: draft.id, title: 'Balloons', body: 'Lighter than air.' })
    expect(await titles(rosa, 'airship')).toEqual(['Zeppelins'])
    await publish(stage, draft, ada)
    expect([await titles(rosa, 'airship'), await titles(rosa, 'balloon')]).toEqual([[], ['Balloons']])
    await change(ada, 'articleUpdate', { id: draft.id, tags: ['montgolfier'] })
    expect(await titles(rosa, 'montgolfier')).toEqual(['Balloons'])
    await change(mia, 'articleArchive', { id: draft.id })
    expect(await titles(rosa, 'balloon')).toEqual([])
  })

  it('is theirs to read, and tells of nothing that is not', async () => {
    const { server, mia, rosa, ada } = stage
    const [mail, pay] = [await server.service('Mailing'), await server.service('Paying')]
    const partner = await server.as('PARTNER', { services: [pay] })
    const { category } = await carryOut(mia, 'articleCategoryCreate', 'category { id }', { name: 'Quarterly secrets' })
    await writeAndPublish(stage, {
      title: 'Quokka merger',
      audience: 'INTERNAL',
      categoryId: category.id,
      serviceIds: [mail],
    })
    await writeAndPublish(stage, { title: 'Quokka care', serviceIds: [pay] })
    await writeAndPublish(stage, { title: 'Quokka mail', serviceIds: [mail] })
    const inside = await search(ada, 'quokka')
    expect(titlesOf(inside).sort()).toEqual(['Quokka care', 'Quokka mail', 'Quokka merger'])
    expect(inside.facets.categories).toEqual([{ category: { name: 'Quarterly secrets' }, count: 1 }])

    const outside = await search(rosa, 'quokka')
    expect(titlesOf(outside).sort()).toEqual(['Quokka care', 'Quokka mail'])
    expect(outside).toMatchObject({ totalCount: 2, facets: { categories: [], kinds: [{ kind: 'HOW_TO', count: 2 }] } })
    const theirs = await search(partner, 'quokka')
    expect(titlesOf(theirs)).toEqual(['Quokka care'])
    expect(theirs.facets.services).toEqual([{ service: { name: 'Paying' }, count: 1 }])
    // Neither is a word mended that stands only in what is not theirs.
    expect(await search(rosa, 'mergr')).toMatchObject({ totalCount: 0, correction: null })
    expect(await search(ada, 'mergr')).toMatchObject({ totalCount: 1, correction: 'merger' })
    expect(await suggest(rosa, 'merg')).toEqual([])
  })

  it('comes earlier when people found it helpful, and when it is fresh', async () => {
    const { server, rosa } = stage
    const alike = { body: 'How to feed an axolotl.' }
    const [old, young] = [
      await writeAndPublish(stage, { ...alike, title: 'Feeding a red axolotl' }),
      await writeAndPublish(stage, { ...alike, title: 'Feeding a blue axolotl' }),
    ]
    await server.sql('UPDATE articles SET published_at = published_at - $2::interval WHERE id = $1', [
      old.id,
      '900 days',
    ])
    expect(await titles(rosa, 'axolotl')).toEqual(['Feeding a blue axolotl', 'Feeding a red axolotl'])
    await server.sql('UPDATE articles SET helpful_count = 20 WHERE id = $1', [old.id])
    await server.sql('UPDATE articles SET unhelpful_count = 5 WHERE id = $1', [young.id])
    expect(await titles(rosa, 'axolotl')).toEqual(['Feeding a red axolotl', 'Feeding a blue axolotl'])
  })
})

describe('What was looked for', () => {
  it('is kept, and what came of it is told by whoever looked', async () => {
    const { server, ada, rosa } = stage
    const { searchId } = await search(rosa, 'VPN drops')
    expect(
      await server.sql('SELECT user_id, text, result_count FROM article_searches WHERE id = $1', [searchId]),
    ).toEqual([{ user_id: rosa.id, text: 'VPN drops', result_count: 2 }])
    const before = (await server.sql('SELECT count(*) FROM article_searches'))[0]
    await suggest(rosa, 'I was fired today')
    expect((await server.sql('SELECT count(*) FROM article_searches'))[0]).toEqual(before)
    expect(await look(ada, searchId)).toBeNull()
  })
})

describe('Bad input', () => {
  it('is refused with the field, or finds nothing', async () => {
    const { rosa } = stage
    expect(await refusal(rosa, { query: 'x'.repeat(10_000) })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'query' },
      message: 'Must have at most 1,000 characters; this has 10,000.',
    })
    expect(await refusal(rosa, { query: 'x', first: 0 })).toMatchObject({ field: 'first' })
    expect(await refusal(rosa, { query: 'x', after: 'nonsense' })).toMatchObject({ field: 'after' })
    for (const query of [
      '',
      '   ',
      '"',
      '""',
      '-',
      '- "" or',
      '& | ! ( )',
      ':*',
      'the of and',
      "'",
      '\\',
      '🦊🦊',
      '‮שלום',
      '"unbalanced VPN',
      "o'reilly \\ & vpn:*",
      '<-> <2>',
    ])
      expect([query, (await search(rosa, query)).totalCount]).toEqual([query, expect.any(Number)])
    expect(await titles(rosa, 'the of and')).toEqual([])
    expect((await titles(rosa, '"unbalanced VPN')).length).toBeLessThanOrEqual(2)
  })
})
