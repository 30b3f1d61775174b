import type { FastifyInstance } from 'fastify'
import type { DataSource } from 'typeorm'
import type { Person } from '../incidents/participant.js'
import { findPerson } from '../incidents/participant.queries.js'
import { ChannelKind } from '../notifications/channels/channel.js'
import { type SlackPress, isFromSlack, readPress } from '../notifications/channels/slack-signature.js'
import { ON_DUTY } from '../oncall/duty.js'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Database } from '../platform/database.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'
import { TRUSTED, post } from '../platform/outgoing.js'
import { type HeldPage, acknowledgeAs, findHeldPage } from './page.access.js'

/**
 * Presses of buttons in Slack. They are answered at once, as Slack wants it; what has become of the press is told where it
 * was pressed.
 */

export const SLACK_PATH = '/slack/interactions'

const LARGEST = 256 * 1024 // bytes

export async function serveSlack(
  app: FastifyInstance,
  {
    source,
    now,
    log,
    signingSecret,
  }: { source: DataSource; now: () => Date; log: Logger; signingSecret: string | null },
): Promise<void> {
  if (signingSecret === null) return
  const ctx: Context = { actor: SYSTEM, db: Database.of(source), now }
  await app.register(async (scope) => {
    const form = 'application/x-www-form-urlencoded'
    scope.addContentTypeParser(
      form,
      { parseAs: 'buffer', bodyLimit: LARGEST },
      async (_request: unknown, body: Buffer) => body,
    )
    scope.post<{ Body: Buffer }>(SLACK_PATH, async ({ headers, body }, reply) => {
      if (!Buffer.isBuffer(body) || !isFromSlack({ headers, body }, signingSecret, now()))
        return reply.code(401).send({ error: 'This was not signed by Slack.' })
      const press = readPress(body)
      if (press) await tell(press, await answerPress(ctx, press), log)
      return reply.code(200).send()
    })
  })
}

/** Does what the button is for. Answers what has become of it, for people. */
async function answerPress(ctx: Context, press: SlackPress): Promise<string> {
  const held = await findHeldPage(ctx, press.token)
  if (!held) return 'This button is too old.'
  try {
    const person = await pressedBy(ctx, held, press)
    await acknowledgeAs(ctx, held, person)
    return `#${held.incident.number} is acknowledged by ${person.name}.`
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return error.message
  }
}

/**
 * Whose contact point this Slack user is; else the person whom the button was sent to. Anybody can write another's name
 * into their contact points, and old accounts keep theirs: only those count who work on incidents.
 */
async function pressedBy(ctx: Context, { person }: HeldPage, { slackUserId }: SlackPress): Promise<Person> {
  const known = await ctx.db.rows<{ userId: string }>(
    // Addresses in Slack are no secrets: they are shown as they are.
    `SELECT DISTINCT c.user_id AS "userId"
       FROM contact_points c JOIN users u ON u.id = c.user_id AND u.active AND u.role = ANY($2::text[])
      WHERE c.kind = '${ChannelKind.SLACK}' AND c.masked = $1 AND c.active`,
    [slackUserId, ON_DUTY],
  )
  if (known.length === 1) return findPerson(ctx.db, 'userId', known[0]!.userId)
  if (person) return person
  throw new UserError(
    ErrorCode.FORBIDDEN,
    `Nobody in Tocsin is known by ${slackUserId}: add it to your contact points, and press again.`,
  )
}

/** To whoever pressed. That they are told is a nicety: the press counts. */
async function tell({ responseUrl }: SlackPress, text: string, log: Logger): Promise<void> {
  if (!responseUrl) return
  const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, text })
  post(responseUrl, { headers: { 'content-type': 'application/json' }, body }, TRUSTED).catch((error: unknown) =>
    log.warn({ err: error }, 'Slack could not be told what became of a press'),
  )
}
