import { ChannelKind } from '../../src/notifications/channels/channel.js'
import { FakeChannel } from '../notifications/fake-channel.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut } from '../support/mutation.js'

export { carryOut, refusal } from '../support/mutation.js'

/** The words in which the stories of the knowledge base are told. */

export const DAY = 86_400_000

export interface Stage {
  readonly server: TestServer
  readonly mail: FakeChannel
  /** Write articles. */
  readonly ada: Person
  readonly ben: Person
  /** Decides over them. */
  readonly mia: Person
  /** Only reads. */
  readonly rosa: Person
}

export async function setStage(environment: Record<string, string> = {}): Promise<Stage> {
  const mail = new FakeChannel(ChannelKind.EMAIL, 0)
  const server = await startTestServer(environment, { channels: new Map([[ChannelKind.EMAIL, mail]]) })
  return {
    ...{ server, mail },
    ada: await server.as('RESPONDER', { name: 'Ada' }),
    ben: await server.as('RESPONDER', { name: 'Ben' }),
    mia: await server.as('MANAGER', { name: 'Mia' }),
    rosa: await server.as('REQUESTER', { name: 'Rosa' }),
  }
}

/** Does something to an article, and answers it. */
export const change = async (person: Person, name: string, input: object, fields = 'id status version') =>
  (await carryOut(person, name, `article { ${fields} } eventCursor`, input)).article

export interface Written {
  readonly id: string
  readonly eventCursor: string
}

/** A draft; of a VPN that drops, unless it is said otherwise. */
export async function write(person: Person, input: object = {}): Promise<Written> {
  const { article, eventCursor } = await carryOut(person, 'articleCreate', 'article { id } eventCursor', {
    ...{ title: 'The VPN drops every hour', body: '## What helps\n\nUpdate the client.', audience: 'PUBLIC', ...input },
  })
  return { id: article.id, eventCursor }
}

/** Has it looked over and published by somebody who may. */
export async function publish(
  { mia }: Pick<Stage, 'mia'>,
  { id }: Pick<Written, 'id'>,
  by: Person = mia,
): Promise<void> {
  await change(by, 'articleSubmit', { id })
  await change(mia, 'articleReview', { id, decision: 'APPROVED' })
  await change(mia, 'articlePublish', { id })
}

/** An article that is published. */
export async function writeAndPublish(
  stage: Pick<Stage, 'ada' | 'mia'>,
  input: object = {},
  author: Person = stage.ada,
): Promise<Written> {
  const article = await write(author, input)
  await publish(stage, article, author)
  return article
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
export const look = async (person: Person, id: string, fields = 'title status'): Promise<any> =>
  (await person.run(`query ($id: ID!) { article(id: $id) { ${fields} } }`, { id })).article

/** Titles of all articles that somebody finds in the list, in its order. */
export const list = async (person: Person, filter: object = {}): Promise<string[]> =>
  (
    await person.run(
      'query ($filter: ArticleFilter) { articles(first: 100, filter: $filter) { edges { node { title } } } }',
      { filter },
    )
  ).articles.edges.map(({ node }: { node: { title: string } }) => node.title)
