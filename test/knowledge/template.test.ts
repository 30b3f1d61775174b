import { type Stage, carryOut, change, look, refusal, setStage, write } from './story.js'
import type { Person } from '../support/person.js'

/** What articles begin with. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const TEMPLATE = 'id name kind language body sections archived version'

const make = async (input: object = {}) =>
  (
    await carryOut(stage.mia, 'articleTemplateCreate', `template { ${TEMPLATE} }`, {
      ...{
        name: 'Post-mortem',
        kind: 'KNOWN_ERROR',
        body: '# X\n\n## What broke\n\n<!-- hint -->\n\n## Why\n\n### Deeper',
      },
      ...input,
    })
  ).template

const templates = async (person: Person, args = '(archived: false)') =>
  (await person.run(`{ articleTemplates${args} { ${TEMPLATE} } }`)).articleTemplates

describe('Templates', () => {
  it('are there from the start, one for each kind, with the sections that it needs', async () => {
    const seeded = await templates(stage.ada)
    expect(seeded.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ['Frequently asked question', 'FAQ'],
      ['How-to', 'HOW_TO'],
      ['Known error', 'KNOWN_ERROR'],
      ['Policy', 'POLICY'],
      ['Runbook', 'RUNBOOK'],
    ])
    expect(seeded[4].sections).toEqual(['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation'])
    expect(await templates(stage.ada, '(kind: [RUNBOOK, FAQ])')).toEqual([seeded[0], seeded[4]])
    const { node } = await stage.ada.run('query ($id: ID!) { node(id: $id) { __typename id } }', { id: seeded[4].id })
    expect(node).toEqual({ __typename: 'ArticleTemplate', id: seeded[4].id })
  })

  it('give an article its text, its kind and its language, unless others are named', async () => {
    const { ada } = stage
    const { id: templateId, body } = await make({ name: 'Störung', language: 'de-at', body: '## Ursache\n' })
    const begun = await write(ada, { title: 'Drucker', body: undefined, templateId })
    const fields = 'kind language latest { body }'
    expect(await look(ada, begun.id, fields)).toEqual({ kind: 'KNOWN_ERROR', language: 'de-AT', latest: { body } })
    const other = await write(ada, { title: 'Drucker', body: 'Meins', templateId, kind: 'FAQ', language: 'de' })
    expect(await look(ada, other.id, fields)).toEqual({ kind: 'FAQ', language: 'de', latest: { body: 'Meins\n' } })
  })

  it('show their hints to those who write, and to nobody who reads', async () => {
    const { ada } = stage
    const [faq] = await templates(ada, '(kind: [FAQ])')
    const { id } = await write(ada, { body: undefined, templateId: faq.id })
    const { latest } = await look(ada, id, 'latest { body html }')
    expect(latest.body).toContain('<!-- Two sentences that are enough for most. -->')
    expect(latest.html).toContain('Short answer</h2>')
    expect(latest.html).not.toContain('Two sentences')
  })

  it('are changed and archived; articles that began with them stay as they are', async () => {
    const { mia, ada } = stage
    const { id, version } = await make()
    const begun = await write(ada, { body: undefined, templateId: id })
    const input = { id, name: 'Root cause', kind: 'HOW_TO', language: 'en-gb', body: '## Only this' }
    const { template } = await carryOut(mia, 'articleTemplateUpdate', `template { ${TEMPLATE} }`, input)
    expect(template).toEqual({
      ...{ id, name: 'Root cause', kind: 'HOW_TO', language: 'en-GB', body: '## Only this\n' },
      ...{ sections: ['Only this'], archived: false, version: version + 1 },
    })
    expect((await look(ada, begun.id, 'latest { body }')).latest.body).toContain('What broke')
    expect(await refusal(mia, 'articleTemplateUpdate', { id, expectedVersion: version, name: 'x' })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'expectedVersion' },
    })

    await carryOut(mia, 'articleTemplateArchive', 'template { archived }', { id })
    await carryOut(mia, 'articleTemplateArchive', 'template { archived }', { id })
    expect((await templates(ada)).map((one: { id: string }) => one.id)).not.toContain(id)
    expect((await templates(ada, '(archived: true)')).map((one: { id: string }) => one.id)).toEqual([id])
    expect(await refusal(mia, 'articleTemplateUpdate', { id, name: 'x' })).toMatchObject({ code: 'CONFLICT' })
    const article = { title: 'x', templateId: id }
    expect(await refusal(ada, 'articleCreate', article)).toMatchObject({ code: 'CONFLICT', field: 'templateId' })
    await make({ name: 'ROOT CAUSE' }) // its name is free again
  })

  it('are arranged by those who manage, and unknown to those who read', async () => {
    const { ada, rosa, mia } = stage
    const [{ id }] = await templates(ada)
    const input = { name: 'Mine', kind: 'FAQ', body: '## x' }
    for (const [name, its] of [
      ['articleTemplateCreate', input],
      ['articleTemplateUpdate', { id, name: 'Mine' }],
      ['articleTemplateArchive', { id }],
    ] as const)
      expect(await refusal(ada, name, its)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await refusal(rosa, 'articleTemplateArchive', { id })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refusal(rosa, 'articleCreate', { title: 'x', templateId: id })).toMatchObject({ code: 'NOT_FOUND' })
    await expect(templates(rosa)).rejects.toThrow('FORBIDDEN')
    expect((await rosa.run('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
    expect(await templates(await stage.server.as('AUDITOR'))).toEqual(await templates(mia))
  })

  it('refuse what makes no template, and no article', async () => {
    const { mia, ada } = stage
    const input = { name: 'Other', kind: 'FAQ', body: '## x' }
    for (const [wrong, field] of [
      [{ name: '  ' }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ language: 'no language' }, 'language'],
      [{ body: 'x'.repeat(200_001) }, 'body'],
    ] as const)
      expect(await refusal(mia, 'articleTemplateCreate', { ...input, ...wrong })).toMatchObject({
        ...{ code: 'BAD_USER_INPUT', field },
      })
    expect(await refusal(mia, 'articleTemplateCreate', { ...input, name: 'RUNBOOK' })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'name' },
    })
    const [{ id }] = await templates(mia)
    expect(await refusal(mia, 'articleTemplateUpdate', { id })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await refusal(ada, 'articleCreate', { title: 'x' })).toEqual({
      ...{ code: 'BAD_USER_INPUT', field: 'body' },
      message: 'Say what it says, or name a template to begin with.',
    })
    const nowhere = { title: 'x', templateId: 'atm_00000000000000000000000099' }
    expect(await refusal(ada, 'articleCreate', nowhere)).toMatchObject({ code: 'NOT_FOUND', field: 'templateId' })
    await change(ada, 'articleCreate', { title: 'Both', body: '', templateId: id })
  })
})
