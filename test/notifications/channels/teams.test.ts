import { type Counterpart, answering, channel, counterpart, failure, message, storm } from './given.js'

const teams = channel('TEAMS')
let workflow: Counterpart

beforeEach(async () => (workflow = await counterpart(answering(202))))
afterEach(() => workflow.stop())

const card = () => {
  const { type, attachments } = JSON.parse(workflow.heard.at(-1)!.body)
  expect(type).toBe('message')
  expect(attachments).toHaveLength(1)
  expect(attachments[0].contentType).toBe('application/vnd.microsoft.card.adaptive')
  return attachments[0].content
}

it('posts an Adaptive Card with facts and actions', async () => {
  await teams.send(message(), `${workflow.url}/workflows/1?sig=x`, null)
  expect(workflow.heard[0]).toMatchObject({
    path: '/workflows/1?sig=x',
    headers: { 'content-type': 'application/json' },
  })
  expect(card()).toMatchObject({
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', text: '#142 P1 Checkout returns 500', weight: 'Bolder', wrap: true },
      { type: 'TextBlock', text: 'Every **second** request fails.', wrap: true },
      { type: 'FactSet', facts: [{ title: 'Service', value: 'checkout' }] },
      {
        type: 'ActionSet',
        actions: [
          { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://tocsin.example.com/do/signed-acknowledge' },
          { type: 'Action.OpenUrl', title: 'Open', url: 'https://tocsin.example.com/incidents/142' },
        ],
      },
    ],
  })
})

it('says that it may be a repeat', async () => {
  await teams.send({ ...message(), possibleDuplicate: true }, workflow.url, null)
  expect(card().body[1].text).toMatch(/^This may be a repeat/)
})

it('has all sixty items of a storm in one card that Teams takes', async () => {
  await teams.send(storm(), workflow.url, null)
  const text = JSON.stringify(card())
  for (const { title } of storm().items) expect(text).toContain(title)
  expect(workflow.heard[0]!.body.length).toBeLessThanOrEqual(28_000)
})

it('has a hundred long titles in one card that Teams takes', async () => {
  const titles = Array.from({ length: 100 }, (_, index) => ({
    title: `${index}: ${'障害'.repeat(150)}`,
    body: '障'.repeat(20_000),
  }))
  await teams.send(message(...titles), workflow.url, null)
  const text = JSON.stringify(card())
  for (let index = 0; index < 100; index++) expect(text).toContain(`"${index}: 障`)
  expect(Buffer.byteLength(workflow.heard[0]!.body)).toBeLessThanOrEqual(28_000)
})

it('makes no links of what is not Markdown, and none that is not for a browser', async () => {
  await teams.send(
    message({
      title: '[Sign in](https://evil.example)\nnow',
      facts: [{ name: '[a](https://evil.example)', value: '[b](https://evil.example)' }],
      url: 'javascript:alert(1)',
      actions: [{ label: 'x', token: '', url: 'file:///etc/passwd' }],
    }),
    workflow.url,
    null,
  )
  expect(JSON.stringify(card())).not.toContain('](')
  expect(card().body.map(({ type }: { type: string }) => type)).toEqual(['TextBlock', 'TextBlock', 'FactSet'])
})

it.each([
  [404, { permanent: true, uncertain: false }],
  [302, { permanent: true, uncertain: false }],
  [429, { permanent: false, retryAfter: 10_000, uncertain: false }],
  [500, { permanent: false, uncertain: false }],
  [502, { permanent: false, uncertain: true }],
])('answered %i, knows whether to try again', async (status, expected) => {
  workflow.answer = answering(status, '', { 'retry-after': '10', location: 'http://127.0.0.1/' })
  expect(await failure(teams.send(message(), workflow.url, null))).toMatchObject(expected)
})

it('takes no address in a private network', () =>
  expect(() => teams.address('address', 'https://10.0.0.1/workflows')).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'address' }),
  ))
