import { type AccessFacts, allows } from '../access/rules.js'
import type { Incident } from '../incidents/incident.js'
import { findIncident } from '../incidents/incident.queries.js'
import { type Person, signedIn } from '../incidents/participant.js'
import { findPerson } from '../incidents/participant.queries.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { sealerOf } from '../platform/sealing.js'
import { acknowledgePages } from './escalation.commands.js'
import { PAGE_PURPOSE, isForEverybody } from './page.notification.js'
import { findPage } from './page.queries.js'
import type { Page } from './page.js'

/**
 * Answering a page without a sign-in: by the link of an e-mail, by a button in Slack. Whoever holds the page's token acts as
 * the person whom it was sent to, can do nothing but take this incident, and no longer than a week.
 */

const VALID_FOR = 7 * 86_400_000 // milliseconds

export interface HeldPage {
  readonly page: Page
  readonly incident: Incident & AccessFacts
  /** Whom it was sent to; null for a shared contact point. */
  readonly person: Person | null
}

/**
 * Null when this is no token of a page, or not any more: it is old, or whoever it was sent to has lost sight of the incident
 * since. The context is that of the system.
 */
export async function findHeldPage(ctx: Context, token: string): Promise<HeldPage | null> {
  const id = sealerOf(ctx.db.source).verify(PAGE_PURPOSE, token)
  const page = id && (await findPage(ctx.db, id))
  if (!page || +ctx.now() - +page.pagedAt > VALID_FOR) return null
  const incident = (await findIncident(ctx.db, page.incidentId))!
  const person = page.userId ? await findPerson(ctx.db, 'userId', page.userId) : null
  const maySee = person ? mayAct(person, incident) : isForEverybody(incident)
  return maySee ? { page, incident, person } : null
}

const mayAct = (person: Person, incident: AccessFacts): boolean =>
  person.active && allows(signedIn(person), 'incident.read', incident)

/** Takes the incident as this person. Errors: UserError. */
export async function acknowledgeAs(ctx: Context, { incident }: HeldPage, person: Person): Promise<void> {
  if (!person.active) throw new UserError(ErrorCode.FORBIDDEN, 'This account is not active any more.')
  await acknowledgePages({ ...ctx, actor: signedIn(person) }, { id: incident.id })
}
