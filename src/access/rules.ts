import { Audience } from '../events/audience.js'
import { type Actor, Role, TokenScope } from '../platform/actor.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Condition } from '../platform/paging.js'

/**
 * Who may do what, written once as data. A rule lists for each role the grants that open it; a grant is a set of facts
 * that must all hold. The same data is applied in three ways: `allows` decides for a row or an event in memory,
 * `authorise` guards a command, and `readable` is the SQL predicate of lists, search and `node(id:)`.
 */

export enum Visibility {
  ORGANIZATION = 'ORGANIZATION',
  TEAM = 'TEAM',
  RESTRICTED = 'RESTRICTED',
}

/** Whom an article is written for: its visibility. */
export enum ArticleAudience {
  PUBLIC = 'PUBLIC',
  INTERNAL = 'INTERNAL',
  TEAM = 'TEAM',
}

/** What the rules look at: of an incident, of what belongs to one, or of an article. */
export interface AccessFacts {
  readonly visibility: Visibility | ArticleAudience
  readonly teamId: string | null
  readonly serviceId: string | null
  readonly reporterId: string | null
  readonly participantIds: readonly string[]
  /** All that it is about, where that can be several. */
  readonly serviceIds?: readonly string[]
  /** Whether readers have it before them, of what is written before it is read. */
  readonly published?: boolean
}

/** Where a table keeps those facts. */
export interface AccessColumns {
  readonly visibility: string
  readonly teamId: string
  readonly serviceId: string
  readonly reporterId: string
  readonly incidentId: string
  readonly serviceIds?: string
  readonly published?: string
}

interface Fact {
  readonly holds: (actor: Actor, facts: AccessFacts) => boolean
  readonly sql: (actor: Actor, columns: AccessColumns) => Condition
}

const FACTS = {
  always: { holds: () => true, sql: () => () => 'true' },
  organization: visibilityIs(Visibility.ORGANIZATION),
  team: visibilityIs(Visibility.TEAM),
  public: visibilityIs(ArticleAudience.PUBLIC),
  internal: visibilityIs(ArticleAudience.INTERNAL),
  ownTeam: {
    holds: (actor, { teamId }) => teamId !== null && actor.teamIds.includes(teamId),
    sql: (actor, columns) => (bind) => `${columns.teamId} = ANY(${bind(actor.teamIds)}::text[])`,
  },
  noTeam: { holds: (_, { teamId }) => teamId === null, sql: (_, columns) => () => `${columns.teamId} IS NULL` },
  reporter: {
    holds: (actor, { reporterId }) => reporterId === actor.id,
    sql: (actor, columns) => (bind) => `${columns.reporterId} = ${bind(actor.id)}`,
  },
  participant: {
    holds: (actor, { participantIds }) => participantIds.includes(actor.id),
    sql: (actor, columns) => (bind) =>
      `${columns.incidentId} IN (SELECT incident_id FROM incident_participants WHERE user_id = ${bind(actor.id)})`,
  },
  grantedService: {
    holds: (actor, { serviceId }) => serviceId !== null && actor.serviceIds.includes(serviceId),
    sql: (actor, columns) => (bind) => `${columns.serviceId} = ANY(${bind(actor.serviceIds)}::text[])`,
  },
  /** It is about no other service than those; perhaps about none. */
  onlyGrantedServices: {
    holds: (actor, { serviceIds = [] }) => serviceIds.every((id) => actor.serviceIds.includes(id)),
    sql: (actor, columns) => (bind) => `${columns.serviceIds ?? `'{}'::text[]`} <@ ${bind(actor.serviceIds)}::text[]`,
  },
  published: {
    holds: (_, { published = false }) => published,
    sql: (_, columns) => () => columns.published ?? 'false',
  },
} satisfies Record<string, Fact>

function visibilityIs(visibility: Visibility | ArticleAudience): Fact {
  return {
    holds: (_, facts) => facts.visibility === visibility,
    sql: (_, columns) => () => `${columns.visibility} = '${visibility}'`,
  }
}

type Grant = readonly (keyof typeof FACTS)[]
type Rule = Readonly<Partial<Record<Role, readonly Grant[]>>>

const ALWAYS: readonly Grant[] = [['always']]
const OWN: readonly Grant[] = [['reporter']]

const EVERYBODY = Object.fromEntries(Object.values(Role).map((role) => [role, ALWAYS])) as Record<
  Role,
  readonly Grant[]
>

/** Whoever takes part sees it, whatever its visibility: somebody in charge has added them. */
const READ_INCIDENT: Rule = {
  REQUESTER: [['reporter'], ['participant']],
  STAKEHOLDER: [['organization'], ['participant']],
  RESPONDER: [['organization'], ['team', 'ownTeam'], ['participant']],
  MANAGER: [['organization'], ['team'], ['participant']],
  ADMIN: ALWAYS,
  AUDITOR: ALWAYS,
  PARTNER: [
    ['organization', 'grantedService'],
    ['participant', 'grantedService'],
  ],
}

/** An alert is seen as the incident that it is on; requesters and stakeholders see incidents, not alerts. */
const READ_ALERT: Rule = { ...READ_INCIDENT, REQUESTER: [], STAKEHOLDER: [] }

/** Those who write articles see them before they are published, and whoever owns one sees it in any case. */
const READ_ARTICLE: Rule = {
  REQUESTER: [['public', 'published']],
  STAKEHOLDER: [['public', 'published']],
  RESPONDER: [['public'], ['internal'], ['team', 'ownTeam'], ['reporter']],
  MANAGER: ALWAYS,
  ADMIN: ALWAYS,
  AUDITOR: ALWAYS,
  PARTNER: [['public', 'published', 'onlyGrantedServices']],
}

export const RULES = {
  'incident.read': READ_INCIDENT,
  'alert.read': READ_ALERT,
  /** Work on it: acknowledge, hold, resolve, assign, document. */
  'incident.respond': {
    RESPONDER: [['organization', 'ownTeam'], ['team', 'ownTeam'], ['organization', 'noTeam'], ['participant']],
    MANAGER: READ_INCIDENT.MANAGER,
    ADMIN: ALWAYS,
  },
  /** Decide over it: who may see it, corrections of its times. */
  'incident.manage': { RESPONDER: [['participant']], MANAGER: READ_INCIDENT.MANAGER, ADMIN: ALWAYS },
  /** Be told how it goes on. */
  'incident.follow': READ_INCIDENT,
  /** Say something that everyone who sees it may read. */
  'incident.comment': {
    REQUESTER: READ_INCIDENT.REQUESTER,
    STAKEHOLDER: [['reporter']],
    RESPONDER: READ_INCIDENT.RESPONDER,
    MANAGER: READ_INCIDENT.MANAGER,
    ADMIN: ALWAYS,
    PARTNER: READ_INCIDENT.PARTNER,
  },
  /** The facts are those of the incident to be. */
  'incident.declare': {
    REQUESTER: ALWAYS,
    RESPONDER: ALWAYS,
    MANAGER: ALWAYS,
    ADMIN: ALWAYS,
    PARTNER: [['grantedService']],
  },
  /** The same for what people report for themselves: stakeholders, too, have computers. */
  'request.report': {
    REQUESTER: ALWAYS,
    STAKEHOLDER: ALWAYS,
    RESPONDER: ALWAYS,
    MANAGER: ALWAYS,
    ADMIN: ALWAYS,
    PARTNER: [['grantedService']],
  },
  /** What whoever reported it does with it: say that it is not solved, take it back, rate the answer. */
  'request.own': {
    REQUESTER: OWN,
    STAKEHOLDER: OWN,
    RESPONDER: OWN,
    MANAGER: OWN,
    ADMIN: OWN,
    PARTNER: [['reporter', 'grantedService']],
  },
  /** Say what came of one's own search of the knowledge base. */
  'search.decide': EVERYBODY,
  /** How well people are served who report something. */
  'requestFigures.read': { MANAGER: ALWAYS, ADMIN: ALWAYS, AUDITOR: ALWAYS },
  /** The facts of an article name its owner as the reporter. */
  'article.read': READ_ARTICLE,
  /** Say whether one has helped: whoever may read it. */
  'article.rate': READ_ARTICLE,
  /** Write one, or change what one says: nobody else sees that before it is reviewed. */
  'article.write': { RESPONDER: READ_ARTICLE.RESPONDER, MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** Decide over it: put it before its readers, say who they are, take it away. */
  'article.publish': { RESPONDER: OWN, MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** Decide how the knowledge base is arranged: categories and templates. */
  'knowledge.configure': { MANAGER: ALWAYS, ADMIN: ALWAYS },
  'service.read': { ...EVERYBODY, PARTNER: [['grantedService']] },
  /** The directory of people and teams, and the alerts' and incidents' internal side. */
  'directory.read': { RESPONDER: ALWAYS, MANAGER: ALWAYS, ADMIN: ALWAYS, AUDITOR: ALWAYS },
  /** Decide who is on call: schedules, layers, overrides and time off of anybody. */
  'schedule.configure': { MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** Step in for somebody. The facts are the schedule's team, and who takes turns on it. */
  'schedule.cover': { RESPONDER: [['ownTeam'], ['participant']], MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** Decide who is called: escalation policies and rules. */
  'escalation.configure': { MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** Decide what is promised: SLA policies and business calendars. */
  'sla.configure': { MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** One's own time off, and the swaps of one's own shifts. */
  'shift.arrange': { RESPONDER: ALWAYS, MANAGER: ALWAYS, ADMIN: ALWAYS },
  /** One's own calendar feeds. */
  'calendar.make': { RESPONDER: ALWAYS, MANAGER: ALWAYS, ADMIN: ALWAYS, AUDITOR: ALWAYS },
  /** What others were told, as far as one sees the incident that it is about. */
  'notification.read': { MANAGER: ALWAYS, ADMIN: ALWAYS, AUDITOR: ALWAYS },
  /** One's own contact points, rules and quiet hours; those of others take 'configure'. */
  'contactPoint.own': EVERYBODY,
  /** Contact points that are shared, such as a team's channel. */
  'contactPoint.share': { MANAGER: ALWAYS, ADMIN: ALWAYS },
  'configuration.read': { ADMIN: ALWAYS, AUDITOR: ALWAYS },
  configure: { ADMIN: ALWAYS },
  /** One's own API tokens; those of others take 'configure'. */
  'token.make': EVERYBODY,
} satisfies Record<string, Rule>

export type Action = keyof typeof RULES

/** The scope that an API token must have for it. */
const scopeOf = (action: Action): TokenScope =>
  action === 'configure' ? TokenScope.CONFIGURE : action.endsWith('.read') ? TokenScope.READ : TokenScope.WRITE

/** Facts for actions that concern no incident. */
export const NO_FACTS: AccessFacts = {
  visibility: Visibility.ORGANIZATION,
  teamId: null,
  serviceId: null,
  reporterId: null,
  participantIds: [],
}

const grantsOf = (actor: Actor, action: Action): readonly Grant[] =>
  actor.scopes.includes(scopeOf(action)) ? ((RULES[action] as Rule)[actor.role] ?? []) : []

export const allows = (actor: Actor, action: Action, facts: AccessFacts = NO_FACTS): boolean =>
  grantsOf(actor, action).some((grant) => grant.every((fact) => FACTS[fact].holds(actor, facts)))

/** The guard of commands. Whether the subject may be read is asked before, and answered with NOT_FOUND. */
export function authorise(actor: Actor, action: Action, facts: AccessFacts = NO_FACTS): void {
  if (!actor.scopes.includes(scopeOf(action)))
    throw new UserError(ErrorCode.FORBIDDEN, `This token lacks the scope ${scopeOf(action)}.`)
  if (!allows(actor, action, facts)) throw new UserError(ErrorCode.FORBIDDEN, 'You may not do this.')
}

/** The rule as an SQL predicate over a table that keeps the facts in `columns`. */
export const predicate = (actor: Actor, action: Action, columns: AccessColumns): Condition =>
  predicateOf(actor, grantsOf(actor, action), columns)

/** The part of it that does not look at people: over what is added up, and has no participants any more. */
export const impersonalPredicate = (actor: Actor, action: Action, columns: AccessColumns): Condition =>
  predicateOf(
    actor,
    grantsOf(actor, action).filter((grant) => !looksAtPeople(grant)),
    columns,
  )

/** The rest of it, grant by grant: together they are an OR that no index answers, and each of them has one. */
export const personalPredicates = (actor: Actor, action: Action, columns: AccessColumns): Condition[] =>
  grantsOf(actor, action)
    .filter(looksAtPeople)
    .map((grant) => predicateOf(actor, [grant], columns))

const looksAtPeople = (grant: Grant): boolean => grant.includes('reporter') || grant.includes('participant')

function predicateOf(actor: Actor, grants: readonly Grant[], columns: AccessColumns): Condition {
  if (grants.some((grant) => grant.length === 1 && grant[0] === 'always')) return () => 'true'
  if (grants.length === 0) return () => 'false'
  return (bind) =>
    `(${grants
      .map((grant) => `(${grant.map((fact) => FACTS[fact].sql(actor, columns)(bind)).join(' AND ')})`)
      .join(' OR ')})`
}

const AUDIENCES: Record<Role, readonly Audience[]> = {
  REQUESTER: [Audience.PUBLIC],
  STAKEHOLDER: [Audience.STAKEHOLDER, Audience.PUBLIC],
  RESPONDER: Object.values(Audience),
  MANAGER: Object.values(Audience),
  ADMIN: Object.values(Audience),
  AUDITOR: Object.values(Audience),
  PARTNER: [Audience.PARTNER, Audience.PUBLIC],
}

export const hears = (actor: Actor, audience: Audience): boolean => AUDIENCES[actor.role].includes(audience)

/** Only what is meant for the viewer: the SQL side of `hears`. */
export const heardBy =
  (actor: Actor, column: string): Condition =>
  (bind) =>
    `${column} = ANY(${bind(AUDIENCES[actor.role])}::text[])`
