import { IncidentRole } from '../incidents/assignment.js'
import { CustomFieldKind } from '../incidents/custom-field.js'
import { Role } from '../platform/actor.js'
import { IntegrationKind } from '../responders/integration.entity.js'

/**
 * Lanternworks, the company of the demo: it sells lamps on the web. Two teams in two time zones run its eight services,
 * and a payment provider has a partner's view of the one that it is part of.
 */

export const MAIL_DOMAIN = 'lanternworks.example'

export const BERLIN = 'Europe/Berlin'
export const NEW_YORK = 'America/New_York'

export const TEAMS = [
  { name: 'Payments', description: 'Everything between a full basket and a paid order. Works in Berlin.' },
  { name: 'Platform', description: 'What the shop runs on. Works in New York.' },
] as const

export type TeamName = (typeof TEAMS)[number]['name']

export interface Persona {
  readonly name: string
  readonly role: Role
  readonly timeZone: string
  readonly team?: TeamName
}

export const PEOPLE: readonly Persona[] = [
  { name: 'Priya Raman', role: Role.ADMIN, timeZone: BERLIN },
  { name: 'Marcus Okafor', role: Role.MANAGER, timeZone: BERLIN },
  { name: 'Elena Sorokina', role: Role.MANAGER, timeZone: NEW_YORK },
  { name: 'Jonas Weber', role: Role.RESPONDER, timeZone: BERLIN, team: 'Payments' },
  { name: 'Amira Haddad', role: Role.RESPONDER, timeZone: BERLIN, team: 'Payments' },
  { name: 'Tomasz Nowak', role: Role.RESPONDER, timeZone: BERLIN, team: 'Payments' },
  { name: 'Grace Kim', role: Role.RESPONDER, timeZone: NEW_YORK, team: 'Platform' },
  { name: 'Diego Alvarez', role: Role.RESPONDER, timeZone: NEW_YORK, team: 'Platform' },
  { name: 'Hannah Cole', role: Role.RESPONDER, timeZone: NEW_YORK, team: 'Platform' },
  { name: 'Oliver Grant', role: Role.STAKEHOLDER, timeZone: NEW_YORK },
  { name: 'Ingrid Solberg', role: Role.AUDITOR, timeZone: BERLIN },
  { name: 'Sam Taylor', role: Role.REQUESTER, timeZone: NEW_YORK },
  { name: 'Noor Rahman', role: Role.PARTNER, timeZone: BERLIN },
]

export const emailOf = ({ name }: Persona): string => `${name.split(' ')[0]!.toLowerCase()}@${MAIL_DOMAIN}`

export const SERVICES = [
  { name: 'Checkout', team: 'Payments', description: 'Basket, address and order pages.' },
  { name: 'Payments API', team: 'Payments', description: 'Takes cards and bank transfers, through Paylink.' },
  { name: 'Customer Accounts', team: 'Payments', description: 'Sign-up, sign-in and profiles.' },
  { name: 'Invoicing', team: 'Payments', description: 'Invoices, refunds and reminders.' },
  { name: 'Order Database', team: 'Platform', description: 'PostgreSQL with every order since 2014.' },
  { name: 'Product Search', team: 'Platform', description: 'Finds lamps by name, colour and room.' },
  { name: 'Kubernetes Platform', team: 'Platform', description: 'Where everything runs.' },
  { name: 'Message Queue', team: 'Platform', description: 'Carries orders to the warehouse.' },
] as const satisfies readonly { name: string; team: TeamName; description: string }[]

export type ServiceName = (typeof SERVICES)[number]['name']

/** What the partner, who works at Paylink, sees. */
export const GRANTED: ServiceName = 'Payments API'

/** The keys are the same everywhere, so that what is in a README or a script works: the demo is for one machine. */
export const INTEGRATIONS: readonly {
  readonly kind: IntegrationKind
  readonly name: string
  readonly service: ServiceName
  readonly key: string
}[] = [
  {
    kind: IntegrationKind.ALERTMANAGER,
    name: 'Alertmanager',
    service: 'Kubernetes Platform',
    key: 'demo0alertmanager000000000000000',
  },
  {
    kind: IntegrationKind.PAGERDUTY,
    name: 'PagerDuty',
    service: 'Payments API',
    key: 'demo0pagerduty000000000000000000',
  },
  {
    kind: IntegrationKind.GENERIC,
    name: 'Warehouse',
    service: 'Message Queue',
    key: 'demo0generic00000000000000000000',
  },
]

export const CUSTOM_FIELDS = [
  { key: 'region', label: 'Region', kind: CustomFieldKind.CHOICE, options: ['Europe', 'North America', 'Everywhere'] },
  { key: 'change', label: 'Change that caused it', kind: CustomFieldKind.TEXT },
] as const

/** In the order in which a large incident fills them. */
export const RESPONSE_ROLES = [
  IncidentRole.COMMANDER,
  IncidentRole.OPERATIONS_LEAD,
  IncidentRole.COMMUNICATIONS_LEAD,
  IncidentRole.SCRIBE,
] as const
