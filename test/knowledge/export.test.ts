import 'reflect-metadata'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportMarkdown } from '../../src/imports/markdown-export.js'
import { PICTURE, newFolder, put, shelf, take } from './folder.js'
import { type Stage, change, setStage, write, writeAndPublish } from './story.js'

/** Knowledge is given back as files. */

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.server.stop())

const give = (folder: string, options: object = {}) =>
  stage.server.act((ctx) => exportMarkdown(ctx, { folder, ...options }))

it('writes articles such that importing them changes nothing', async () => {
  const { server, ada } = stage
  await take(
    server,
    await newFolder({
      'vpn.md':
        '---\ncategory: Network & Co/VPN\n---\n# VPN\n\n# VPN\n\nSee [wifi](wifi.md#part) ![p](<my picture.png>)\n',
      'wifi.md': '---\ncategory: Wifi\nreviewBy: 2031-01-31\n---\n# Wi-Fi\n\n[vpn](vpn.md) [gone](gone.md)\n',
      'my picture.png': PICTURE,
    }),
  )
  await writeAndPublish(stage, {
    title: 'Ünïcode: “quotes” *and* more?',
    body: '# Heading\n\n```\n[a](b.md)\n```',
    tags: ['x'],
  })
  const { id } = await writeAndPublish(stage, { title: 'VPN', body: 'Of the same name. [This](article:art_nowhere)' })
  await change(ada, 'articleUpdate', { id, body: 'Being rewritten.' })
  await write(ada, { title: 'A draft' })

  const folder = await newFolder()
  expect(await give(folder)).toBe(4)
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(
    [
      ...['.tocsin-export.json', 'network--co', 'network--co/vpn', 'network--co/vpn/vpn.files'],
      ...['network--co/vpn/vpn.files/my picture.png', 'network--co/vpn/vpn.md', 'ünïcode-quotes-and-more.md'],
      ...['vpn.md', 'wifi', 'wifi/wi-fi.md'],
    ].sort(),
  )
  expect(await readFile(join(folder, 'wifi/wi-fi.md'), 'utf8')).toContain(
    '[vpn](../network--co/vpn/vpn.md) [gone](gone.md)',
  )
  expect(await readFile(join(folder, 'network--co/vpn/vpn.files/my picture.png'))).toEqual(PICTURE)

  expect(await give(folder, { all: true })).toBe(5)
  const before = await shelf(server)
  const reports = Object.values(await take(server, folder, { source: 'export' }))
  expect(reports.map(([outcome]) => outcome)).toEqual(Array(5).fill('unchanged'))
  expect(await shelf(server)).toEqual(before)

  // Edited where it was written to, it comes back.
  const draft = join(folder, 'a-draft.md')
  await writeFile(draft, (await readFile(draft, 'utf8')).replace('What helps', 'What may help'))
  expect(await take(server, folder, { source: 'export' })).toMatchObject({ 'a-draft.md': ['updated'] })
})

it('keeps out of folders that it did not write, and tidies its own', async () => {
  const { id } = await writeAndPublish(stage, { title: 'One' })
  const folder = await newFolder({ 'precious.md': 'mine' })
  await expect(give(folder)).rejects.toThrow('not empty')
  await give(folder, { force: true })
  await put(folder, { 'also-precious.md': 'mine' })
  await change(stage.ada, 'articleUpdate', { id, title: 'Another' })
  await change(stage.ada, 'articleSubmit', { id })
  await change(stage.mia, 'articleReview', { id, decision: 'APPROVED' })
  await change(stage.mia, 'articlePublish', { id })
  await give(folder)
  expect((await readdir(folder)).sort()).toEqual([
    '.tocsin-export.json',
    'also-precious.md',
    'another.md',
    'precious.md',
  ])
})
