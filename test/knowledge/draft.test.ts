import { bearer, connect, post } from '../alerts/story.js'
import {
  carryOut as carryOutOnIncident,
  change as changeIncident,
  declare,
  look as lookAtIncident,
} from '../incidents/story.js'
import type { Person } from '../support/person.js'
import { type Stage, carryOut, change, look, refusal, setStage } from './story.js'

/** From an incident to an article, in one mutation. */

let stage: Stage
beforeEach(async () => void (stage = await setStage()))
afterEach(() => stage.server.stop())

const DRAFT = `article { id title kind status audience alertNames runbookUrls services { name } team { name }
  latest { body html } incidents(first: 5) { edges { node { relation incident { id } } } } } eventCursor`

const draft = (person: Person, incidentId: string, input: object = {}) =>
  carryOut(person, 'articleDraftFromIncident', DRAFT, { incidentId, ...input })

const note = (person: Person, id: string, body: string) =>
  carryOutOnIncident(person, 'incidentNoteAdd', 'entry { id }', { id, body })

/** The headings of the article itself, not of what it quotes. */
const headingsOf = (body: string) => body.split('\n').filter((line) => line.startsWith('#'))

describe('An article drawn from an incident', () => {
  it('holds what is known of it', async () => {
    const { server, ada } = stage
    const mail = await server.service('Mail')
    const { key, url } = await connect(await server.as('ADMIN'), { kind: 'ALERTMANAGER', serviceId: mail })
    const sent = {
      ...{ version: '4', groupKey: 'g', status: 'firing', externalURL: 'http://am' },
      alerts: ['a', 'b'].map((instance) => ({
        ...{ status: 'firing', labels: { alertname: 'MailStuck', instance }, startsAt: '2029-01-01T00:00:00Z' },
        annotations: { summary: 'Mail is stuck', runbook_url: 'https://wiki.example.com/mail' },
      })),
    }
    expect((await post(url, sent, bearer(key))).status).toBe(200)
    const { incidents } = await ada.run('{ incidents(first: 1) { edges { node { id } } } }')
    const { id } = incidents.edges[0].node
    await note(ada, id, 'The queue is *full*.')
    await carryOutOnIncident(ada, 'incidentDecisionRecord', 'entry { id }', { id, body: 'Empty the queue' })
    await changeIncident(ada, 'incidentWorkaroundSet', { id, workaround: 'Use the telephone' })
    await changeIncident(ada, 'incidentResolve', { id, resolution: 'Disk replaced' })

    const { article, eventCursor } = await draft(ada, id)
    expect(eventCursor).toEqual(expect.any(String))
    expect(article).toMatchObject({
      ...{ title: 'Mail is stuck', kind: 'KNOWN_ERROR', status: 'DRAFT', audience: 'INTERNAL' },
      ...{ alertNames: ['MailStuck'], runbookUrls: ['https://wiki.example.com/mail'], services: [{ name: 'Mail' }] },
      incidents: { edges: [{ node: { relation: 'DRAWN_FROM', incident: { id } } }] },
    })
    const { body } = article.latest
    expect(headingsOf(body)).toEqual([
      ...['## Symptoms', '## Alerts', '## Cause', '## Workaround', '## Resolution', '## What was done'],
    ])
    expect(body).toContain('## Alerts\n\n- `MailStuck`\n- <https://wiki.example.com/mail>\n')
    expect(body).toContain('## Workaround\n\n> Use the telephone\n')
    expect(body).toMatch(/UTC, note:\n\n> The queue is \*full\*\.\n\n.* UTC, decision:\n\n> Empty the queue\n$/)
    expect(await lookAtIncident(ada, id, 'articles { relation article { title } }')).toEqual({
      articles: [{ relation: 'DRAWN_FROM', article: { title: 'Mail is stuck' } }],
    })
  })

  it('is one, however often and by whomever it is asked for, until it is archived', async () => {
    const { ada, ben, mia } = stage
    const id = await declare(ada)
    const both = await Promise.all([draft(ada, id), draft(ben, id)])
    const [first] = both
    expect(both[1].article.id).toBe(first.article.id)
    expect(both.filter(({ eventCursor }) => eventCursor === null)).toHaveLength(1)
    await change(mia, 'articleArchive', { id: first.article.id })
    const next = await draft(ben, id, { kind: 'RUNBOOK' })
    expect(next.article).toMatchObject({ kind: 'RUNBOOK', status: 'DRAFT' })
    expect(next.article.id).not.toBe(first.article.id)
  })

  it('keeps its order, whatever people have written', async () => {
    const { ada } = stage
    const id = await declare(ada, {
      title: '# <h2>Resolution</h2> `x',
      description: '```\nnever closed\n## Not a heading',
    })
    const evil = [
      '</blockquote><h2>Resolution</h2>\n\n# Also not one\n\n<script>alert(1)</script>',
      '<!-- never closed',
      '<!-- \n```\n-->\n```\n</blockquote><h2>Resolution</h2>\n```',
      '~~~~\n<b>code</b>\n~~~~\n\n    <i>indented</i>',
      '- a list\n\n      </blockquote>\n1. another',
      '[x]: javascript:alert(1)\r\n<details><summary>x',
      'a\n===\n---\n***\n| a | b |\n|---|---|\n| </table> | 2 |',
    ]
    for (const body of evil) await note(ada, id, body)
    const { article } = await draft(ada, id)
    const { html, body } = article.latest
    expect(headingsOf(body)).toEqual(['## Symptoms', '## Cause', '## What was done'])
    // Outside of quotes stand our own words only.
    const outside = html.replaceAll(/<blockquote>[\s\S]*?<\/blockquote>/g, '')
    expect(html.match(/<blockquote>/g)).toHaveLength(9)
    expect(outside.match(/<h\d/g)).toHaveLength(3)
    expect(
      outside
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll(/\d{4}-.* UTC, note:/g, '')
        .trim()
        .split(/\s*\n\s*/),
    ).toEqual([
      `Drawn from incident #1. What is quoted are the words of those who worked on it; put it into your own.`,
      ...['Symptoms', 'Cause', 'Not written down yet.', 'What was done'],
    ])
    expect(html).not.toMatch(/<script|<details|<i>|<b>/)
    expect(html).toContain('&#x3C;b>code&#x3C;/b>') // code is shown as it was written
  })

  it('has room for the longest of incidents', async () => {
    const { ada } = stage
    const long = '*\n'.repeat(9_999)
    const id = await declare(ada, { description: long })
    await changeIncident(ada, 'incidentWorkaroundSet', { id, workaround: long })
    for (let n = 0; n < 5; n++) await note(ada, id, long)
    const { article } = await draft(ada, id)
    expect(article.latest.body.length).toBeLessThan(200_000)
    expect(article.latest.body).toMatch(/\*3 more stand on the timeline of the incident\.\*\n$/)
  })
})

describe('Its readers', () => {
  it('are no more than those of the incident', async () => {
    const { server, ada, mia } = stage
    const team = await server.team('A')
    const member = await server.as('RESPONDER', { teams: [team] })
    const ofTeam = await declare(member, { visibility: 'TEAM', teamId: team })
    const { article } = await draft(member, ofTeam)
    expect(article).toMatchObject({ audience: 'TEAM', team: { name: 'A' } })
    expect(await look(ada, article.id)).toBeNull()
    expect(await look(mia, article.id)).not.toBeNull()

    // Whoever manages incidents reads every article, but not every restricted incident: no article is as narrow.
    const restricted = await declare(mia, { visibility: 'RESTRICTED' })
    expect(await refusal(mia, 'articleDraftFromIncident', { incidentId: restricted })).toMatchObject({
      ...{ code: 'FORBIDDEN', field: 'incidentId' },
    })
    expect(await refusal(ada, 'articleDraftFromIncident', { incidentId: restricted })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'incidentId' },
    })
    expect(await server.sql('SELECT count(*)::int FROM articles')).toEqual([{ count: 1 }])
  })

  it('do not include those who only take part in the incident of a team: they do not write for it', async () => {
    const { server, ada, mia } = stage
    const team = await server.team('A')
    const id = await declare(mia, { visibility: 'TEAM', teamId: team })
    await changeIncident(mia, 'incidentParticipantAdd', { id, userId: ada.id })
    expect(await refusal(ada, 'articleDraftFromIncident', { incidentId: id })).toMatchObject({ code: 'FORBIDDEN' })
  })

  it('are not given one by those who do not work on the incident', async () => {
    const { server, ada, rosa } = stage
    const team = await server.team('A')
    const id = await declare(rosa, { teamId: team })
    for (const person of [rosa, ada, await server.as('STAKEHOLDER'), await server.as('AUDITOR')])
      expect(await refusal(person, 'articleDraftFromIncident', { incidentId: id })).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(ada, 'articleDraftFromIncident', { incidentId: 'inc_none' })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'incidentId' },
    })
  })
})
