import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { tidyUploads } from '../../src/knowledge/attachment.upload.js'
import type { Person } from '../support/person.js'
import { readsDuring } from '../support/statements.js'
import { type Stage, carryOut, change, look, publish, refusal, setStage, write, writeAndPublish } from './story.js'

/** Files of articles: pictures in the text, forms to download. Their bytes go over HTTP, as a browser sends them. */

let stage: Stage
beforeEach(async () => void (stage = await setStage({ ALLOWED_ORIGINS: 'https://desk.example.com' })))
afterEach(() => stage.server.stop())

const MINUTE = 60_000
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(600_000)])
const UPLOAD = 'attachment { id fileName contentType size url uploadedAt } upload { url expiresAt }'

const announce = (person: Person, articleId: string, input: object = {}) =>
  carryOut(person, 'articleAttachmentCreate', UPLOAD, {
    ...{ articleId, fileName: 'plan.png', contentType: 'image/png', size: PNG.length, ...input },
  })

async function put(url: string, bytes: Buffer, headers: Record<string, string> = { 'content-type': 'image/png' }) {
  const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers })
  const text = await answer.text()
  return { status: answer.status, error: text ? (JSON.parse(text) as { error: string }).error : null }
}

/** Attaches a file, bytes and all. */
async function attach(person: Person, articleId: string, fileName: string, bytes = PNG, contentType = 'image/png') {
  const { upload, attachment } = await announce(person, articleId, { fileName, contentType, size: bytes.length })
  expect(await put(upload.url, bytes, { 'content-type': contentType })).toEqual({ status: 204, error: null })
  return attachment as { id: string }
}

interface File {
  readonly fileName: string
  readonly url: string
}

const filesOf = async (person: Person, id: string): Promise<File[]> =>
  (await look(person, id, 'attachments { fileName url }')).attachments
const namesOf = async (person: Person, id: string) => (await filesOf(person, id)).map(({ fileName }) => fileName)

const kept = async () =>
  (
    await stage.server.sql(
      `SELECT (SELECT count(*)::int FROM article_attachments) AS attachments, (SELECT count(*)::int FROM article_uploads) AS uploads,
              (SELECT count(*)::int FROM article_upload_chunks) AS chunks`,
    )
  )[0]

describe('A picture', () => {
  it('goes up, stands in the text, and comes down as it was', async () => {
    const { ada, rosa } = stage
    const { id, eventCursor: after } = await write(ada, { body: '![The plan](attachment:network%20plan.png)' })
    const { attachment, upload } = await announce(ada, id, { fileName: 'Network plan.png' })
    expect(attachment).toMatchObject({ contentType: 'image/png', size: PNG.length, url: null, uploadedAt: null })
    expect(await namesOf(ada, id)).toEqual([])
    expect((await look(ada, id, 'latest { html }')).latest.html).toBe('<p><img alt="The plan"></p>')
    expect((await put(upload.url, PNG)).status).toBe(204)

    await publish(stage, { id }, ada)
    const [file] = await filesOf(rosa, id)
    const { html } = (await look(rosa, id, 'published { html }')).published
    expect(html).toBe(`<p><img src="${file!.url}" alt="The plan"></p>`)
    const picture = await fetch(file!.url)
    expect(picture.status).toBe(200)
    expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).toBe(true)
    expect(Object.fromEntries(picture.headers)).toMatchObject({
      ...{ 'content-type': 'image/png', 'content-length': String(PNG.length), 'x-content-type-options': 'nosniff' },
      'content-disposition': `inline; filename="Network plan.png"; filename*=UTF-8''Network%20plan.png`,
      'cache-control': expect.stringMatching(/^private, max-age=\d+, immutable$/),
    })
    expect((await fetch(file!.url, { headers: { 'if-none-match': picture.headers.get('etag')! } })).status).toBe(304)

    const events = await ada.subscribe('subscription ($after: String) { articleEvents(after: $after) { type } }', {
      after,
    })
    expect((await events.next()).data.articleEvents).toEqual({ type: 'ATTACHED' })
    events.stop()
  })

  it('may come in any pieces, without its size being told before', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const { upload } = await announce(ada, id)
    const pieces = [PNG.subarray(0, 3), PNG.subarray(3, 500_000), PNG.subarray(500_000)]
    const answer = await fetch(upload.url, {
      ...{ method: 'PUT', duplex: 'half' },
      body: new ReadableStream({
        pull: (stream) => {
          const piece = pieces.shift()
          if (piece) stream.enqueue(new Uint8Array(piece))
          else stream.close()
        },
      }),
    } as RequestInit)
    expect(answer.status).toBe(204)
    const [file] = await filesOf(ada, id)
    expect(Buffer.from(await (await fetch(file!.url)).arrayBuffer()).equals(PNG)).toBe(true)
    expect(await kept()).toEqual({ attachments: 1, uploads: 1, chunks: 3 })
  })

  it('is put there by a page of another origin only if that is allowed', async () => {
    const { ada } = stage
    const { upload } = await announce(ada, (await write(ada)).id)
    const preflight = async (origin: string) =>
      (
        await fetch(upload.url, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'PUT' },
        })
      ).headers.get('access-control-allow-origin')
    expect(await preflight('https://desk.example.com')).toBe('https://desk.example.com')
    expect(await preflight('https://evil.example.com')).toBeNull()
  })
})

describe('What can hold a script', () => {
  it('is only ever saved, and may do nothing', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    await attach(ada, id, 'Übersicht (neu).svg', svg, 'image/svg+xml')
    await attach(ada, id, 'page.html', svg, 'text/html')
    for (const { url, fileName } of await filesOf(ada, id)) {
      const { headers } = await fetch(url)
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="/)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox")
      if (fileName.startsWith('Ü'))
        expect(headers.get('content-disposition')).toBe(
          `attachment; filename="_bersicht (neu).svg"; filename*=UTF-8''%C3%9Cbersicht%20%28neu%29.svg`,
        )
    }
  })

  it('does not come as a picture', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const html = Buffer.from('<html><script>alert(1)</script></html>')
    const { upload } = await announce(ada, id, { size: html.length })
    expect(await put(upload.url, html, { 'content-type': 'text/html' })).toEqual({
      ...{ status: 415, error: 'This is to be image/png, not text/html.' },
    })
    expect(await put(upload.url, html)).toEqual({ status: 415, error: 'These bytes are not image/png.' })
    const types = ['image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'application/zip', 'application/gzip']
    for (const [n, contentType] of types.entries()) {
      const { upload } = await announce(ada, id, { fileName: `x${n}`, contentType, size: html.length })
      expect((await put(upload.url, html, { 'content-type': contentType })).status).toBe(415)
    }
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ')
    await attach(ada, id, 'real.webp', webp, 'image/webp')
    expect(await namesOf(ada, id)).toEqual(['real.webp'])
    expect(await kept()).toMatchObject({ uploads: 1, chunks: 1 }) // nothing is left of what was refused
  })

  it('does not get in by the name that the text has for it', async () => {
    const { ada } = stage
    const body = [
      '[a](attachment:plan.png "x src=&quot;attachment:plan.png&quot; >") <img title="a > b" src="attachment:PLAN.png">',
      '`<img src="attachment:plan.png">` [none](attachment:none.png) [odd](attachment:%zz)',
      '<img src="attachment:plan.png&quot; onerror=&quot;alert(1)">',
    ].join('\n\n')
    const { id } = await write(ada, { body })
    await attach(ada, id, 'plan.png')
    const [{ url }] = (await filesOf(ada, id)) as [File]
    const { html } = (await look(ada, id, 'latest { html }')).latest
    expect(html).toContain(`<a href="${url}" title="x src=&#x22;attachment:plan.png&#x22; >">a</a>`)
    expect(html).toContain(`<img title="a > b" src="${url}">`)
    expect(html).toContain('<code>&#x3C;img src="attachment:plan.png"></code> <a>none</a> <a>odd</a>')
    expect(html).not.toContain('onerror')
  })
})

describe('An address', () => {
  it('ends, and opens nothing else', async () => {
    const { server, ada } = stage
    const { id } = await write(ada)
    const late = await announce(ada, id, { fileName: 'late.png' })
    await server.pass(16 * MINUTE)
    expect((await put(late.upload.url, PNG)).status).toBe(404)

    await attach(ada, id, 'plan.png')
    const [file] = await filesOf(ada, id)
    const { upload } = await announce(ada, id, { fileName: 'other.png' })
    expect((await fetch(upload.url)).status).toBe(404)
    expect((await put(file!.url, PNG)).status).toBe(404)
    const forged = file!.url.replace(/(?<=\/attachments\/)[^.]+/, (body) => {
      const [attachment] = Buffer.from(body, 'base64url').toString().split(' ')
      return Buffer.from(`${attachment} 99999999999999`).toString('base64url')
    })
    for (const url of [forged, `${server.url}/attachments/x`, `${server.url}/attachments/x.y`])
      expect((await fetch(url)).status).toBe(404)

    expect((await fetch(file!.url)).status).toBe(200)
    await server.pass(59 * MINUTE)
    expect((await fetch(file!.url)).status).toBe(200)
    await server.pass(62 * MINUTE)
    expect((await fetch(file!.url)).status).toBe(404)
    expect((await fetch((await filesOf(ada, id))[0]!.url)).status).toBe(200)
  })

  it('is of no use to somebody who may not write the article any more', async () => {
    const { server, ada } = stage
    const { id } = await write(ada)
    const { upload } = await announce(ada, id)
    await server.sql("UPDATE users SET role = 'REQUESTER' WHERE id = $1", [ada.id])
    expect((await put(upload.url, PNG)).status).toBe(404)
  })

  it('is given to those who may read the article, and to readers for what they read', async () => {
    const { server, ada, ben, mia, rosa } = stage
    const [team, pay] = [await server.team('A'), await server.service('Payments')]
    const member = await server.as('RESPONDER', { teams: [team] })
    const partner = await server.as('PARTNER', { services: [pay] })
    const { id } = await write(ada, { serviceIds: [pay], body: '[Form](attachment:form.pdf) ![](attachment:PLAN.png)' })
    await attach(ada, id, 'plan.png')
    await attach(ada, id, 'form.pdf', Buffer.from('%PDF-1.7'), 'application/pdf')
    expect(await look(rosa, id)).toBeNull()
    await publish(stage, { id }, ada)
    await change(ada, 'articleUpdate', { id, body: '![](attachment:secret.png)' })
    await attach(ada, id, 'secret.png')
    for (const person of [ada, ben, mia, await server.as('AUDITOR')])
      expect(await namesOf(person, id)).toEqual(['form.pdf', 'plan.png', 'secret.png'])
    for (const person of [rosa, partner, await server.as('STAKEHOLDER')])
      expect(await namesOf(person, id)).toEqual(['form.pdf', 'plan.png'])
    await publish(stage, { id }, ada)
    expect(await namesOf(rosa, id)).toEqual(['secret.png'])

    const ofTeam = await writeAndPublish(stage, { title: 'Team', audience: 'TEAM', teamId: team }, member)
    await attach(member, ofTeam.id, 'plan.png')
    expect(await namesOf(member, ofTeam.id)).toEqual(['plan.png'])
    expect(await look(ada, ofTeam.id)).toBeNull()
    expect(await refusal(ada, 'articleAttachmentCreate', { ...FILE, articleId: ofTeam.id })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'articleId' },
    })
    for (const person of [rosa, await server.as('AUDITOR')])
      expect(await refusal(person, 'articleAttachmentCreate', { ...FILE, articleId: id })).toMatchObject({
        code: 'FORBIDDEN',
      })
  })

  it('is found for many articles at once', async () => {
    const { ada } = stage
    for (const title of ['A', 'B', 'C']) await attach(ada, (await write(ada, { title })).id, 'plan.png')
    const { reads } = await readsDuring(() =>
      ada.run('{ articles(first: 10) { edges { node { attachments { url } latest { html } } } } }'),
    )
    expect(reads).toHaveLength(3) // articles, files, versions
  })
})

const FILE = { fileName: 'x.png', contentType: 'image/png', size: 10 }

describe('Bad input', () => {
  it('is answered with the field at fault', async () => {
    const { ada, mia } = stage
    const { id: articleId } = await write(ada)
    const cases: [object, string][] = [
      [{ fileName: ' ' }, 'fileName'],
      [{ fileName: '../../etc/passwd' }, 'fileName'],
      [{ fileName: 'a"b.png' }, 'fileName'],
      [{ fileName: '.htaccess' }, 'fileName'],
      [{ fileName: `${'x'.repeat(121)}` }, 'fileName'],
      [{ contentType: 'application/x-msdownload' }, 'contentType'],
      [{ contentType: 'constructor' }, 'contentType'],
      [{ size: 0 }, 'size'],
      [{ size: 10 * 1024 * 1024 + 1 }, 'size'],
      [{ articleId: 'art_none' }, 'articleId'],
    ]
    for (const [input, field] of cases)
      expect(await refusal(ada, 'articleAttachmentCreate', { articleId, ...FILE, ...input })).toMatchObject({ field })
    for (let n = 0; n < 50; n++) await announce(ada, articleId, { fileName: `${n}.png` })
    expect(await refusal(ada, 'articleAttachmentCreate', { articleId, ...FILE })).toMatchObject({
      ...{ field: 'articleId', message: 'An article has at most 50 files.' },
    })
    await change(mia, 'articleArchive', { id: articleId })
    expect(await refusal(ada, 'articleAttachmentCreate', { articleId, ...FILE })).toMatchObject({
      code: 'INVALID_TRANSITION',
    })
  })

  it('of too many bytes, or too few, leaves nothing behind', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const { upload } = await announce(ada, id)
    const more = Buffer.concat([PNG, Buffer.from('x')])
    const streamed = (bytes: Buffer) =>
      fetch(upload.url, {
        ...{ method: 'PUT', duplex: 'half', headers: { 'content-type': 'image/png' } },
        body: new Blob([new Uint8Array(bytes)]).stream(),
      } as RequestInit)
    expect((await put(upload.url, more)).status).toBe(413)
    expect((await put(upload.url, PNG.subarray(1))).status).toBe(400)
    expect((await put(upload.url, Buffer.alloc(0))).status).toBe(400)
    expect((await streamed(more)).status).toBe(413)
    expect((await streamed(PNG.subarray(0, -1))).status).toBe(400)
    expect(await namesOf(ada, id)).toEqual([])
    expect(await kept()).toEqual({ attachments: 1, uploads: 0, chunks: 0 })
    expect((await put(upload.url, PNG)).status).toBe(204)
  })

  it('that breaks off is forgotten', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const { upload } = await announce(ada, id)
    const sending = request(upload.url, { method: 'PUT', headers: { 'content-length': PNG.length } })
    sending.on('error', () => undefined)
    sending.write(PNG.subarray(0, 300_000))
    while ((await kept())!['chunks'] === 0) await new Promise((resolve) => setImmediate(resolve))
    sending.destroy()
    while ((await kept())!['uploads'] > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await kept()).toEqual({ attachments: 1, uploads: 0, chunks: 0 })
  })
})

describe('A file', () => {
  it('comes once, whoever sends it again or at the same time', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const { upload } = await announce(ada, id)
    const tries = await Promise.all([put(upload.url, PNG), put(upload.url, PNG)])
    expect(tries.map(({ status }) => status).sort()).toEqual([204, 409])
    expect((await put(upload.url, PNG)).status).toBe(409)
    expect(
      await refusal(ada, 'articleAttachmentCreate', { articleId: id, ...FILE, fileName: 'PLAN.png' }),
    ).toMatchObject({
      ...{ code: 'CONFLICT', field: 'fileName' },
    })
    expect(await kept()).toMatchObject({ attachments: 1, uploads: 1 })
  })

  it('may be announced again until its bytes have come', async () => {
    const { ada } = stage
    const { id } = await write(ada)
    const first = await announce(ada, id, { size: 99 })
    const second = await announce(ada, id)
    expect((await put(first.upload.url, PNG)).status).toBe(404)
    expect((await put(second.upload.url, PNG)).status).toBe(204)
  })

  it('is taken away when the text does not name it', async () => {
    const { ada, ben, rosa } = stage
    const { id } = await write(ada, { body: '![](attachment:plan.png)' })
    const plan = await attach(ada, id, 'plan.png')
    await publish(stage, { id }, ada)
    await change(ada, 'articleUpdate', { id, body: 'No picture.' })
    const [{ url }] = (await filesOf(ada, id)) as [File]
    expect(await refusal(ben, 'articleAttachmentDelete', { id: plan.id })).toMatchObject({
      code: 'CONFLICT',
      field: 'id',
    })
    await publish(stage, { id }, ada)
    expect(await refusal(rosa, 'articleAttachmentDelete', { id: plan.id })).toMatchObject({ code: 'FORBIDDEN' })
    await carryOut(ben, 'articleAttachmentDelete', 'attachment { fileName } eventCursor', { id: plan.id })
    expect(await refusal(ben, 'articleAttachmentDelete', { id: plan.id })).toMatchObject({ code: 'NOT_FOUND' })
    expect((await fetch(url)).status).toBe(404)
    expect(await kept()).toEqual({ attachments: 0, uploads: 0, chunks: 0 })
  })

  it('that never came is tidied away within the hour, and one that came stays', async () => {
    const { server, ada } = stage
    const { id } = await write(ada)
    const { id: came } = await attach(ada, id, 'came.png')
    await announce(ada, id, { fileName: 'never.png' })
    await server.sql(
      `INSERT INTO article_uploads SELECT 'upl_broken_off', id, created_at FROM article_attachments WHERE id = $1`,
      [came],
    )
    await server.pass(59 * MINUTE)
    await server.act(tidyUploads)
    expect(await kept()).toMatchObject({ attachments: 2, uploads: 2 })
    await server.pass(2 * MINUTE)
    await server.act(tidyUploads)
    expect(await kept()).toMatchObject({ attachments: 1, uploads: 1, chunks: 3 })
    expect(await namesOf(ada, id)).toEqual(['came.png'])
  })
})
