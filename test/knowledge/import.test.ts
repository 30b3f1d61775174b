import { existsSync } from 'node:fs'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { finished, newDatabase } from '../cli/command.js'
import { PICTURE, newFolder, put, shelf, take } from './folder.js'
import { type Stage, change, look, setStage } from './story.js'

/** Operators bring folders of Markdown, again and again. */

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.server.stop())

const VPN = `---
title: The VPN drops
kind: known-error
category: Network/VPN
tags: [VPN, Remote]
audience: PUBLIC
owner: ada
team: Network
service: [VPN gateway, Telephones]
alerts: VpnDown
runbookUrls: [https://runbooks.example.com/vpn]
reviewBy: 2031-03-31
weight: 10
---

# The VPN drops

## What helps

Restart the [client](setup/client.md#windows "How"), or see \`[code](setup/client.md)\`.
![The button](setup/button.png) [Myself](vpn.md) [Home](https://example.com)
`
const CLIENT = '# Set up the client\n\n## Windows\n\nBack to [drops](../vpn.md), or <a href="../vpn.md">here</a>.\n'

it('takes files as articles, with what they say of themselves, and keeps their links', async () => {
  const { server, rosa, mia } = stage
  const teamId = await server.team('Network')
  await server.service('VPN gateway', teamId)
  const folder = await newFolder({
    ...{ 'vpn.md': VPN, 'setup/client.md': CLIENT, 'setup/button.png': PICTURE },
    ...{ '.hidden.md': 'no', 'notes.txt': 'no' },
  })
  expect(await take(server, folder)).toEqual({
    'setup/client.md': ['created'],
    'vpn.md': ['created', 'service: nobody and nothing here is called Telephones'],
  })

  const { 'The VPN drops': vpn, 'Set up the client': client } = await shelf(server)
  const read = await look(
    rosa,
    vpn!['id'],
    'title kind audience tags category { name parent { name } } attachments { fileName }',
  )
  expect(read).toMatchObject({
    ...{ title: 'The VPN drops', kind: 'KNOWN_ERROR', audience: 'PUBLIC', tags: ['vpn', 'remote'] },
    ...{ category: { name: 'VPN', parent: { name: 'Network' } }, attachments: [{ fileName: 'button.png' }] },
  })
  expect(vpn!['body']).toBe(
    `## What helps\n\nRestart the [client](article:${client!['id']}#windows "How"), or see \`[code](setup/client.md)\`.\n` +
      `![The button](attachment:button.png) [Myself](article:${vpn!['id']}) [Home](https://example.com)\n`,
  )
  expect(client!['body']).toContain(`<a href="article:${vpn!['id']}">here</a>`)
  const seen = await look(mia, vpn!['id'], 'owner { name } team { name } services { name } alertNames latest { html }')
  expect(seen).toMatchObject({
    ...{
      owner: { name: 'Ada' },
      team: { name: 'Network' },
      services: [{ name: 'VPN gateway' }],
      alertNames: ['VpnDown'],
    },
  })
  expect(seen.latest.html).toContain(`href="article:${client!['id']}#article-windows"`)
  expect(await look(mia, client!['id'], 'audience status kind')).toEqual({
    ...{ audience: 'INTERNAL', status: 'PUBLISHED', kind: 'HOW_TO' },
  })
})

it('takes over what has changed, and nothing twice', async () => {
  const { server } = stage
  const folder = await newFolder({ 'a.md': '# A\n\nOne. ![p](p.png)', 'b.md': '# B\n\nOne.', 'p.png': PICTURE })
  await take(server, folder)
  const before = await shelf(server)
  expect(await take(server, folder)).toEqual({ 'a.md': ['unchanged'], 'b.md': ['unchanged'] })
  expect(await shelf(server)).toEqual(before)

  await put(folder, { 'b.md': '# B\n\nTwo.' })
  expect(await take(server, folder)).toEqual({ 'a.md': ['unchanged'], 'b.md': ['updated'] })
  expect((await shelf(server))['B']).toMatchObject({ status: 'PUBLISHED', latest: 2, body: 'Two.\n' })

  await put(folder, { 'p.png': Buffer.concat([PICTURE, Buffer.from('more')]) })
  expect(await take(server, folder)).toMatchObject({ 'a.md': ['updated'] })
  expect(await server.sql('SELECT size FROM article_attachments')).toEqual([{ size: PICTURE.length + 4 }])
})

it('overwrites nothing that was changed here, unless it is told to', async () => {
  const { server, ada } = stage
  const folder = await newFolder({ 'a.md': '---\ntags: [one]\n---\n# A\n\nOne.' })
  await take(server, folder)
  const { id } = (await shelf(server))['A']!
  await change(ada, 'articleUpdate', { id, body: 'Ours.' })
  expect(await take(server, folder)).toEqual({ 'a.md': ['unchanged'] })

  await put(folder, { 'a.md': '---\ntags: [two]\n---\n# A\n\nOne.' }) // what only the file changed
  expect(await take(server, folder)).toEqual({ 'a.md': ['updated'] })
  expect(await look(ada, id, 'tags status')).toEqual({ tags: ['two'], status: 'DRAFT' })

  await put(folder, { 'a.md': '---\ntags: [two]\n---\n# A\n\nTheirs.' })
  expect(await take(server, folder)).toEqual({ 'a.md': ['in conflict', 'changed here, too: text'] })
  expect((await shelf(server))['A']).toMatchObject({ latest: 2, body: 'One.\n' })
  expect(await take(server, folder, { force: true })).toEqual({ 'a.md': ['updated'] })
  expect((await shelf(server))['A']).toMatchObject({ latest: 3, status: 'PUBLISHED', body: 'Theirs.\n' })
})

it('tells of files that are gone; archives their articles only when asked, and brings them back', async () => {
  const { server, mia } = stage
  const folder = await newFolder({ 'a.md': '# A', 'b.md': '# B' })
  await take(server, folder)
  await rm(join(folder, 'b.md'))
  expect(await take(server, folder)).toMatchObject({ 'b.md': ['missing', expect.stringContaining('stays')] })
  expect((await shelf(server))['B']).toMatchObject({ status: 'PUBLISHED' })
  expect(await take(server, folder, { archiveMissing: true })).toMatchObject({
    'b.md': ['archived', expect.anything()],
  })
  expect((await shelf(server))['B']).toMatchObject({ status: 'ARCHIVED' })
  await put(folder, { 'b.md': '# B' })
  expect(await take(server, folder)).toMatchObject({ 'b.md': ['updated'] })
  expect((await shelf(server))['B']).toMatchObject({ status: 'PUBLISHED' })

  await change(mia, 'articleArchive', { id: (await shelf(server))['B']!['id'] })
  await put(folder, { 'b.md': '# B\n\nNew.' })
  expect(await take(server, folder)).toMatchObject({ 'b.md': ['in conflict', 'it was archived here'] })
})

it('says of each file why it cannot be taken, and goes on', async () => {
  const { server } = stage
  const folder = await newFolder({
    'audience.md': '---\naudience: EVERYBODY\n---\n# A',
    'binary.md': Buffer.from([0xff, 0xfe, 0x41, 0x00]),
    'broken.md': '---\ntitle: "no end\n---\n# A',
    'endless.md': '---\ntitle: A\n',
    'huge.md': Buffer.alloc(5_000_001, 'a'),
    'list.md': '---\n- one\n---\n# A',
    'long.md': 'a'.repeat(200_001),
    'outside.md': '# Outside\n\n![secret](../../../etc/passwd.txt) ![gone](gone.png) ![led](led.png)',
    'script.md': '# Script\n\n<script>alert(1)</script>[x](javascript:alert(1)) fine',
    'status.md': '---\nstatus: new\nkind: poem\n---\n# Status',
    'team.md': '---\naudience: TEAM\nteam: Nobody\n---\n# A',
    'template.md': '---\ntitle: "{{ replace .Name "-" " " }}"\n---\nText',
    'toml.md': '+++\ntitle = "A"\n+++\n# A',
    'within/word-of-mouth.md': 'No heading.',
  })
  await symlink('.', join(folder, 'within/circle'))
  await symlink('/etc/hostname', join(folder, 'led.png'))
  const reports = await take(server, folder)
  const failed = (reason: string) => ['failed', expect.stringContaining(reason)]
  expect(reports).toEqual({
    'audience.md': failed('EVERYBODY'),
    'binary.md': failed('not UTF-8'),
    'broken.md': failed('broken in line'),
    'endless.md': failed('does not end'),
    'huge.md': failed('5,000,001 bytes'),
    'list.md': failed('not a list of fields'),
    'led.png': ['passed over', expect.stringContaining('symbolic link')],
    'long.md': failed('200,001'),
    'outside.md': [
      ...['created', expect.stringContaining('out of the folder')],
      ...[expect.stringContaining('gone.png is not loaded'), expect.stringContaining('led.png is not loaded')],
    ],
    'script.md': ['created'],
    'status.md': ['created', expect.stringContaining('status'), expect.stringContaining('kind')],
    'team.md': failed('team'),
    'template.md': ['created', expect.stringContaining('template')],
    'toml.md': failed('TOML'),
    'within/circle': ['passed over', expect.stringContaining('symbolic link')],
    'within/word-of-mouth.md': ['created'],
  })
  const articles = await shelf(server)
  expect(Object.keys(articles).sort()).toEqual(['Outside', 'Script', 'Status', 'Template', 'Word of mouth'])
  expect(articles).toMatchObject({ Status: { status: 'DRAFT' }, Template: { status: 'DRAFT' } })
  const article = await look(stage.mia, articles['Script']!['id'], 'latest { html }')
  expect(article.latest.html).not.toMatch(/<script|href/)
  expect(article.latest.html).toContain('fine')
})

it('tells an operator how it went by its exit code', async () => {
  const DATABASE_URL = await newDatabase()
  const folder = await newFolder({ 'a.md': '# A', 'b.md': '+++\n+++\n' })
  const first = await finished(['import', 'markdown', folder, '--draft', '--kind', 'FAQ'], { DATABASE_URL })
  expect(first).toMatchObject({ code: 1, out: 'created  a.md\nfailed  b.md\n1 created, 1 failed\n' })
  expect(first.errors).toContain('b.md: its front matter is TOML')
  await put(folder, { 'b.md': '# B' })
  expect(await finished(['import', 'markdown', folder], { DATABASE_URL })).toMatchObject({ code: 0 })
  const empty = await finished(['import', 'markdown', await newFolder()], { DATABASE_URL })
  expect(empty).toMatchObject({ code: 1, errors: expect.stringContaining('There is no Markdown file') })
})

const SHARED = join(__dirname, '../../../shared/knowledge')
const COLLECTIONS = ['pagerduty-incident-response-docs', 'prometheus-operator-runbooks']
;(existsSync(SHARED) ? it : it.skip)(
  'loads whole collections (skipped where ../shared/knowledge is absent)',
  async () => {
    for (const name of COLLECTIONS) {
      const outcomes = async () =>
        new Set(
          Object.values(await take(stage.server, join(SHARED, name), { source: name })).map(([outcome]) => outcome),
        )
      expect(await outcomes()).toEqual(new Set(['created']))
      expect(await outcomes()).toEqual(new Set(['unchanged']))
    }
  },
  120_000,
)
