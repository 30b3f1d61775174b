import type { FastifyInstance, FastifyReply } from 'fastify'
import type { DataSource } from 'typeorm'
import { isOpen } from '../incidents/incident.js'
import { escapeMarkup as html } from '../notifications/channels/wording.js'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Database } from '../platform/database.js'
import { UserError } from '../platform/errors.js'
import { type HeldPage, acknowledgeAs, findHeldPage } from './page.access.js'
import { PAGE_PATH } from './page.notification.js'
import { PageState, pageState } from './page.js'

/**
 * Where the link of a page leads: what it is about, and a button. Looking changes nothing, for mail scanners look at every
 * link; only the button's POST does.
 */

type Route = { Params: { token: string } }

export async function servePages(
  app: FastifyInstance,
  { source, now }: { source: DataSource; now: () => Date },
): Promise<void> {
  const ctx: Context = { actor: SYSTEM, db: Database.of(source), now }
  await app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', (_request, body, done) => {
      body.resume().on('end', () => done(null)) // the button sends nothing
    })
    scope.get<Route>(`${PAGE_PATH}/:token`, async (request, reply) => {
      const held = await findHeldPage(ctx, request.params.token)
      return held ? show(reply, 200, held, stateOf(held)) : reply.callNotFound()
    })
    scope.post<Route>(`${PAGE_PATH}/:token`, async (request, reply) => {
      const held = await findHeldPage(ctx, request.params.token)
      if (!held?.person) return reply.callNotFound()
      try {
        await acknowledgeAs(ctx, held, held.person)
        return show(reply, 200, held, { told: `Acknowledged. ${held.person.name}, it is yours.`, answerable: false })
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        return show(reply, 409, held, { told: error.message, answerable: false })
      }
    })
  })
}

interface Shown {
  readonly told: string
  /** Whether there is a button. */
  readonly answerable: boolean
}

function stateOf({ page, incident, person }: HeldPage): Shown {
  if (!isOpen(incident)) return { told: `It is ${incident.status.toLowerCase()}: nobody is needed.`, answerable: false }
  if (pageState(page) === PageState.ACKNOWLEDGED) return { told: 'You have acknowledged it.', answerable: false }
  if (!person) return { told: 'Many have this link. Acknowledge where you are signed in.', answerable: false }
  return page.endedAt
    ? { told: `Somebody else has it, or was called after you. ${person.name}, you may take it over.`, answerable: true }
    : { told: `${person.name}, you are called. ${page.because}.`, answerable: true }
}

function show(reply: FastifyReply, status: number, { incident }: HeldPage, { told, answerable }: Shown): FastifyReply {
  const title = `#${incident.number} ${incident.priority} ${incident.title}`
  return reply.code(status).type('text/html; charset=utf-8').headers({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  }).send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${html(title)}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
button { font: inherit; padding: .7rem 1.6rem; }
</style>
</head>
<body>
<h1>${html(title)}</h1>
<p>${html(told)}</p>
${answerable ? '<form method="post"><button>Acknowledge</button></form>' : ''}
</body>
</html>
`)
}
