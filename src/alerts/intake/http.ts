import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter } from 'prom-client'
import type { DataSource } from 'typeorm'
import { SYSTEM, integrationActor } from '../../platform/actor.js'
import type { Context } from '../../platform/context.js'
import { Database, databaseFailure } from '../../platform/database.js'
import { ErrorCode, UserError } from '../../platform/errors.js'
import type { Logger } from '../../platform/log.js'
import { registry } from '../../platform/metrics.js'
import { IntegrationKind } from '../../responders/integration.entity.js'
import { receiveReports } from '../alert.commands.js'
import { keepDeadLetter } from '../dead-letter.commands.js'
import { type Beat, receiveBeats } from '../heartbeat.commands.js'
import { KeyRing } from '../sender.js'
import type { Sender } from '../signal.js'
import { UnacceptableBody, decodeBody } from './body.js'
import { BEATS, BEAT_BODY, ENDPOINTS, type Endpoint, plainly } from './endpoint.js'
import { InvalidEvent } from './pagerduty.js'
import { IntakeQueue } from './queue.js'
import { TOOLS } from './tool.js'

/**
 * Where monitoring tools report. A 2xx is answered once the alerts are committed. A 4xx means that the same body will never
 * be taken: senders drop it, so it is kept among the dead letters when its sender is known. Overload and a database that
 * is away are 503, which senders try again (429 they would drop).
 *
 * The key is looked for in the headers, then in the body, then in the URL. Where it is in the headers, nothing is read
 * of a body whose sender is unknown.
 */

const RETRY_AFTER = 5 // seconds

const requests = new Counter({
  name: 'tocsin_intake_requests_total',
  help: 'Requests of monitoring tools: accepted, refused for good, unavailable for now, or failed by a fault of the server.',
  labelNames: ['kind', 'outcome'],
  registers: [registry],
})
const signals = new Counter({
  name: 'tocsin_intake_signals_total',
  help: 'Reports of alerts that were accepted.',
  labelNames: ['kind'],
  registers: [registry],
})

export interface IntakeParts {
  readonly source: DataSource
  readonly now: () => Date
  readonly log: Logger
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a monitoring tool's request. */
    intake: { readonly contentType: string; sender: Sender | null } | null
  }
}

class Refusal extends Error {
  constructor(
    readonly status: 401 | 403,
    message: string,
  ) {
    super(message)
  }
}

export async function registerIntake(app: FastifyInstance, { source, now, log }: IntakeParts): Promise<void> {
  const db = Database.of(source)
  const ctx: Context = { actor: SYSTEM, db, now }
  const keys = new KeyRing(db)
  const queue = new IntakeQueue((reports) => receiveReports(ctx, reports))
  const beats = new IntakeQueue<Beat>((beats) => receiveBeats(ctx, beats))

  /** Errors: Refusal. */
  async function senderOf(key: string | null, kind: IntegrationKind): Promise<Sender> {
    if (!key) throw new Refusal(401, 'Send the key of an integration.')
    const sender = await keys.senderOf(key)
    if (!sender) throw new Refusal(401, 'This is the key of no integration.')
    if (sender.kind !== kind) throw new Refusal(403, `This is the key of an integration of kind ${sender.kind}.`)
    if (!sender.active) throw new Refusal(403, 'This integration has been switched off.')
    return sender
  }

  async function receive(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply) {
    const intake = request.intake!
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0)
    try {
      const decoded = decodeBody(body)
      intake.sender ??= await senderOf(endpoint.keyIn?.(decoded) ?? keyOfUrl(request), endpoint.kind)
      const { sender } = intake
      const actor = integrationActor(sender)
      const read = endpoint.read(decoded, sender)
      await queue.submit(read.map((signal) => ({ sender, actor, signal })))
      signals.inc({ kind: endpoint.kind }, read.length)
      const { status, answer } = endpoint.accepted(read)
      return reply.code(status).send(answer)
    } catch (error) {
      if (!(error instanceof UnacceptableBody)) throw error
      const key = keyOfUrl(request) // where the body would have had one, it could not be read
      const sender = intake.sender ?? (key ? await senderOf(key, endpoint.kind) : null)
      if (sender && endpoint.keepsRefused)
        await keepDeadLetter(ctx, sender, { body, contentType: intake.contentType, problem: error })
      throw error
    }
  }

  function refuse(refused: Endpoint['refused'], error: FastifyError, reply: FastifyReply) {
    const answer = (status: number, message: string, field: string | null = null, errors = [message]) =>
      reply.code(status).send(refused(message, field, errors))
    if (error instanceof Refusal) {
      if (error.status === 401) void reply.header('www-authenticate', 'Bearer')
      return answer(error.status, error.message)
    }
    if (error instanceof UnacceptableBody)
      return answer(400, error.message, error.field, error instanceof InvalidEvent ? [...error.errors] : undefined)
    const expected = error instanceof UserError ? error : databaseFailure(error)
    if (expected?.code === ErrorCode.UNAVAILABLE || expected?.code === ErrorCode.TIMEOUT) {
      void reply.header('retry-after', RETRY_AFTER)
      return answer(503, expected.message)
    }
    if (error.code?.startsWith('FST_') && error.statusCode && error.statusCode < 500)
      return answer(error.statusCode, error.message)
    const id = randomUUID()
    log.error({ err: error, errorId: id }, 'a bug in intake')
    return answer(500, `Something went wrong on the server. It is logged as ${id}.`)
  }

  await app.register(async (intake) => {
    intake.decorateRequest('intake', null)
    intake.removeAllContentTypeParsers()
    intake.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => body)
    for (const endpoint of ENDPOINTS)
      intake.route({
        method: 'POST',
        url: endpoint.path,
        bodyLimit: TOOLS[endpoint.kind].bodyLimit,
        onRequest: async (request) => {
          request.intake = { contentType: request.headers['content-type'] ?? '', sender: null }
          delete request.raw.headers['content-type'] // whatever it is called, it is read as JSON
          const key = keyOfHeaders(request) ?? (endpoint.keyIn ? null : keyOfUrl(request))
          if (key || !endpoint.keyIn) request.intake.sender = await senderOf(key, endpoint.kind)
        },
        handler: (request, reply) => receive(endpoint, request, reply),
        errorHandler: (error, _request, reply) => refuse(endpoint.refused, error as FastifyError, reply),
        onResponse: async (_request, reply) =>
          requests.inc({ kind: endpoint.kind, outcome: outcomeOf(reply.statusCode) }),
      })
    for (const { path, failed } of BEATS)
      intake.route({
        method: ['GET', 'HEAD', 'POST'],
        url: path,
        bodyLimit: BEAT_BODY,
        onRequest: async (request) => {
          const key = (request.params as { key?: string }).key ?? keyOfHeaders(request) ?? keyOfUrl(request)
          const sender = await senderOf(key, IntegrationKind.HEARTBEAT)
          request.intake = { contentType: '', sender }
          delete request.raw.headers['content-type'] // what it says besides is not read
        },
        handler: async (request, reply) => {
          await beats.submit([{ sender: request.intake!.sender!, failed }])
          return reply.code(202).header('cache-control', 'no-store').send({ accepted: 1 })
        },
        errorHandler: (error, _request, reply) => refuse(plainly, error as FastifyError, reply),
        onResponse: async (_request, reply) =>
          requests.inc({ kind: IntegrationKind.HEARTBEAT, outcome: outcomeOf(reply.statusCode) }),
      })
  })
}

function keyOfHeaders({ headers: { authorization } }: FastifyRequest): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')
  if (bearer) return bearer[1]!
  const basic = /^Basic +(\S+) *$/i.exec(authorization ?? '')
  return basic
    ? Buffer.from(basic[1]!, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : null
}

/** The last resort; it is never logged. */
function keyOfUrl({ query }: FastifyRequest): string | null {
  const { key } = query as { key?: unknown }
  return typeof key === 'string' && key ? key : null
}

const outcomeOf = (status: number): string =>
  status < 300 ? 'accepted' : status < 500 ? 'refused' : status === 503 ? 'unavailable' : 'failed'
