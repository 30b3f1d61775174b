import { type Stage, change, list, look, publish, refusal, setStage, write, writeAndPublish } from './story.js'

/** What an article says, to whom, and how it comes to say something else. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const VERSIONS = 'versions(first: 10) { edges { node { number title body note } } }'

describe('An article on its way to its readers', () => {
  it('is read by nobody but those who write, until it is published', async () => {
    const { ada, ben, mia, rosa } = stage
    const { id } = await write(ada, { title: 'Reset your password' })
    expect(await look(rosa, id)).toBeNull()
    expect(await look(ben, id, 'status published { title } latest { title body }')).toEqual({
      ...{ status: 'DRAFT', published: null },
      latest: { title: 'Reset your password', body: '## What helps\n\nUpdate the client.\n' },
    })

    await change(ada, 'articleSubmit', { id, reviewerIds: [ben.id] })
    await change(ben, 'articleReview', { id, decision: 'APPROVED', comment: 'Good.' })
    expect(await look(ada, id, 'status latest { reviews { reviewer { name } decision comment } }')).toEqual({
      status: 'APPROVED',
      latest: { reviews: [{ reviewer: { name: 'Ben' }, decision: 'APPROVED', comment: 'Good.' }] },
    })
    expect(await look(rosa, id)).toBeNull()

    await change(mia, 'articlePublish', { id })
    expect(await look(rosa, id, 'title status published { number html author { __typename } } latest { id }')).toEqual({
      ...{ title: 'Reset your password', status: 'PUBLISHED', latest: null },
      published: {
        ...{ number: 1, author: null },
        html: '<h2 id="article-what-helps">What helps</h2>\n<p>Update the client.</p>',
      },
    })
  })

  it('goes on saying what it said while its next version is written', async () => {
    const { ada, rosa } = stage
    const { id } = await writeAndPublish(stage, { title: 'Set up the VPN', body: 'Old.' })
    await change(ada, 'articleUpdate', { id, title: 'Set up the new VPN', body: 'New.', note: 'The new client' })
    expect(await look(ada, id, 'title status')).toEqual({ title: 'Set up the VPN', status: 'DRAFT' })
    expect(await look(rosa, id, `title status published { body } ${VERSIONS}`)).toEqual({
      ...{ title: 'Set up the VPN', status: 'PUBLISHED', published: { body: 'Old.\n' }, versions: { edges: [] } },
    })

    await publish(stage, { id }, ada)
    expect(await look(rosa, id, 'title published { body }')).toEqual({
      ...{ title: 'Set up the new VPN', published: { body: 'New.\n' } },
    })
  })

  it('shows how versions differ, and goes back to an older one by a new one', async () => {
    const { ada } = stage
    const { id } = await write(ada, { title: 'Printers', body: 'Turn it off.\n\nTurn it on.' })
    await change(ada, 'articleUpdate', { id, body: 'Turn it off.\r\n\r\nWait a minute.', note: 'Patience' })
    expect((await look(ada, id, 'difference(from: 1, to: 2)')).difference).toBe(
      [
        ...['--- version 1', '+++ version 2', '@@ -2,4 +2,4 @@', ' ', ' Turn it off.', ' '],
        ...['-Turn it on.', '+Wait a minute.', ''],
      ].join('\n'),
    )

    await change(ada, 'articleRestore', { id, number: 1 })
    expect((await look(ada, id, VERSIONS)).versions.edges.map(({ node }: { node: object }) => node)).toEqual([
      { number: 3, title: 'Printers', body: 'Turn it off.\n\nTurn it on.\n', note: 'As in version 1' },
      { number: 2, title: 'Printers', body: 'Turn it off.\n\nWait a minute.\n', note: 'Patience' },
      { number: 1, title: 'Printers', body: 'Turn it off.\n\nTurn it on.\n', note: null },
    ])
    expect(await look(ada, id, 'difference(from: 1, to: 3)')).toEqual({ difference: '' })
    expect(await refusal(ada, 'articleRestore', { id, number: 9 })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'number',
    })
  })

  it('is not approved by whoever wrote it, and not by whoever was not asked', async () => {
    const { ada, ben, mia } = stage
    const { id } = await write(mia, { title: 'On call' })
    await change(mia, 'articleSubmit', { id, reviewerIds: [ada.id] })
    expect(await refusal(mia, 'articleReview', { id, decision: 'APPROVED' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(ben, 'articleReview', { id, decision: 'APPROVED' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(ada, 'articleReview', { id, decision: 'CHANGES_REQUESTED' })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'comment' },
    })
    const sentBack = { id, decision: 'CHANGES_REQUESTED', comment: 'Who is on call?' }
    expect(await change(ada, 'articleReview', sentBack)).toMatchObject({ status: 'DRAFT' })
    expect(await refusal(mia, 'articlePublish', { id })).toMatchObject({ code: 'INVALID_TRANSITION' })
  })

  it('waits for everybody who was asked, unless somebody who decides approves it', async () => {
    const { server, ada, ben, mia } = stage
    const carl = await server.as('RESPONDER')
    const { id } = await write(ada, { title: 'Backups' })
    await change(ada, 'articleSubmit', { id, reviewerIds: [ben.id, carl.id] })
    expect(await list(carl, { reviewerId: carl.id })).toEqual(['Backups'])
    expect(await change(ben, 'articleReview', { id, decision: 'APPROVED' })).toMatchObject({ status: 'IN_REVIEW' })
    expect(await change(carl, 'articleReview', { id, decision: 'APPROVED' })).toMatchObject({ status: 'APPROVED' })
    expect(await list(carl, { reviewerId: carl.id })).toEqual([])

    await change(ada, 'articleUpdate', { id, body: 'Every night, and tested.' })
    await change(ada, 'articleSubmit', { id, reviewerIds: [ben.id, carl.id] })
    expect(await change(mia, 'articleReview', { id, decision: 'APPROVED' })).toMatchObject({ status: 'APPROVED' })
  })

  it('is archived and comes back as a draft', async () => {
    const { ada, mia, rosa } = stage
    const { id } = await writeAndPublish(stage, { title: 'Fax machines' })
    expect(await refusal(await stage.server.as('RESPONDER'), 'articleArchive', { id })).toMatchObject({
      code: 'FORBIDDEN',
    })
    await change(mia, 'articleArchive', { id })
    expect(await look(rosa, id)).toBeNull()
    expect(await list(ada, { title: 'Fax' })).toEqual([])
    expect(await list(ada, { title: 'Fax', status: ['ARCHIVED'] })).toEqual(['Fax machines'])
    expect(await refusal(ada, 'articleUpdate', { id, body: 'Send a fax.' })).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
    expect(await change(mia, 'articleReinstate', { id })).toMatchObject({ status: 'DRAFT' })
  })

  it('is not changed by somebody who does not know how it is now', async () => {
    const { ada, ben } = stage
    const { id } = await write(ada)
    await change(ada, 'articleUpdate', { id, expectedVersion: 1, body: 'First.' })
    expect(await refusal(ben, 'articleUpdate', { id, expectedVersion: 1, body: 'Second.' })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'expectedVersion' },
    })
    expect(await look(ada, id, 'version latest { body }')).toEqual({ version: 2, latest: { body: 'First.\n' } })
  })
})

describe('Whom an article is for', () => {
  it('are its readers, and nobody else knows of it', async () => {
    const { server, ada, mia, rosa } = stage
    const [teamA, teamB] = [await server.team('A'), await server.team('B')]
    const [mail, pay] = [await server.service('Mail'), await server.service('Payments')]
    const ours = await server.as('RESPONDER', { teams: [teamA] })
    const theirs = await server.as('RESPONDER', { teams: [teamB] })
    const partner = await server.as('PARTNER', { services: [pay] })
    const stakeholder = await server.as('STAKEHOLDER')
    const auditor = await server.as('AUDITOR')
    await writeAndPublish(stage, { title: 'x for all', tags: ['X'] })
    await writeAndPublish(stage, { title: 'x of mail', serviceIds: [mail], tags: ['x'] })
    await writeAndPublish(stage, { title: 'x of payments', serviceIds: [pay], tags: ['x'] })
    await writeAndPublish(stage, { title: 'x of both', serviceIds: [pay, mail], tags: ['x'] })
    await writeAndPublish(stage, { title: 'x inside', audience: 'INTERNAL', tags: ['x'] })
    await writeAndPublish(stage, { title: 'x of team A', audience: 'TEAM', teamId: teamA, tags: ['x'] }, ours)
    const X = { tag: ['x'] }
    const open = ['x for all', 'x of both', 'x of mail', 'x of payments']
    const team = 'x of team A'
    expect(await list(rosa, X)).toEqual(open)
    expect(await list(stakeholder, X)).toEqual(open)
    expect(await list(partner, X)).toEqual(['x for all', 'x of payments'])
    expect(await list(theirs, X)).toEqual(['x for all', 'x inside', ...open.slice(1)])
    for (const person of [ours, mia, auditor])
      expect(await list(person, X)).toEqual(['x for all', 'x inside', ...open.slice(1), team])
    expect(await refusal(theirs, 'articleCreate', { title: 'x', body: 'x', audience: 'TEAM', teamId: teamA })).toEqual({
      ...{ code: 'FORBIDDEN', field: null, message: 'You may not do this.' },
    })
    expect(await refusal(ada, 'articleCreate', { title: 'x', body: 'x', audience: 'TEAM' })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'teamId' },
    })
    expect(await refusal(auditor, 'articleCreate', { title: 'x', body: 'x' })).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('is decided by its owner and by those who manage', async () => {
    const { ada, ben, rosa } = stage
    const { id } = await writeAndPublish(stage, { title: 'Salaries', audience: 'INTERNAL' })
    expect(await refusal(ben, 'articleUpdate', { id, audience: 'PUBLIC' })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await look(rosa, id)).toBeNull()
    await change(ada, 'articleUpdate', { id, audience: 'PUBLIC' })
    expect(await look(rosa, id)).toEqual({ title: 'Salaries', status: 'PUBLISHED' })
  })
})

describe('Bad input', () => {
  it('is answered with the field at fault', async () => {
    const { ada } = stage
    const cases: [object, string][] = [
      [{ title: ' ' }, 'title'],
      [{ body: 'x'.repeat(200_001) }, 'body'],
      [{ body: '<div>'.repeat(30_000) }, 'body'],
      [{ language: 'English, please' }, 'language'],
      [{ tags: ['ok', ''] }, 'tags.1'],
      [{ runbookUrls: ['javascript:alert(1)'] }, 'runbookUrls.0'],
      [{ alertNames: Array.from({ length: 51 }, (_, n) => `a${n}`) }, 'alertNames'],
      [{ categoryId: 'cat_none' }, 'categoryId'],
      [{ serviceIds: ['svc_none'] }, 'serviceIds.0'],
      [{ ownerId: 'usr_none' }, 'ownerId'],
    ]
    for (const [input, field] of cases)
      expect(await refusal(ada, 'articleCreate', { title: 'x', body: 'x', ...input })).toMatchObject({ field })
  })

  it('does not get a script past the readers’ eyes', async () => {
    const { ada } = stage
    const body = [
      '# <a id="top"></a>Hello <script>alert(1)</script>',
      '<img src=x onerror=alert(1)> [me](javascript:alert(1)) ![me](data:text/html,x)',
      '<iframe src="https://example.com"></iframe><style>* { display: none }</style>',
      '| a | b |\n|---|---|\n| <b onclick="x()">1</b> | 2 |',
      '<details><summary>More</summary>\n\n- [x] done\n\n</details>',
    ].join('\n\n')
    const { id } = await write(ada, { body })
    const { html } = (await look(ada, id, 'latest { html }')).latest
    expect(html).not.toMatch(/<(script|iframe|style)|on\w+=|alert\(1\)<|display|(href|src)="(javascript|data):/i)
    expect(html).toContain('<table>')
    expect(html).toContain('<summary>More</summary>')
    expect(html).toContain('type="checkbox"')
  })
})
