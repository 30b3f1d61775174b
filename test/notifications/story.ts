import { type NewNotification, NotificationKind, NotificationUrgency } from '../../src/notifications/notification.js'
import { notify, withdraw } from '../../src/notifications/notification.commands.js'
import { addJobs } from '../../src/platform/jobs.js'
import { newId } from '../../src/platform/id.js'
import type { Person } from '../support/person.js'
import type { TestServer } from '../support/server.js'

/** The words in which the stories of notifications are told. */

const pageFor = (userId: string | null, changes: Partial<NewNotification> = {}): NewNotification => ({
  ...{ userId, contactPointId: null, kind: NotificationKind.ON_CALL, urgency: NotificationUrgency.HIGH },
  ...{ subject: newId('incident'), incidentId: null, title: '#1 P1 Checkout is down', body: 'It answers **500**.' },
  ...{ facts: [{ name: 'Service', value: 'Checkout' }], url: 'https://tocsin.example.com/1', actions: [] },
  ...changes,
})

/** Tells somebody something, as escalation does. Answers the notification's id. */
export const tell = async (server: TestServer, userId: string | null, changes: Partial<NewNotification> = {}) =>
  (await server.act((ctx) => notify(ctx, [pageFor(userId, changes)])))[0]!

export const tellAll = (server: TestServer, all: readonly [string | null, Partial<NewNotification>][]) =>
  server.act((ctx) =>
    notify(
      ctx,
      all.map(([userId, changes]) => pageFor(userId, changes)),
    ),
  )

export const takeBack = (server: TestServer, subject: string) =>
  server.act((ctx) => withdraw(ctx, [subject], [NotificationKind.ON_CALL]))

const NOTIFICATION = `query ($id: ID!) { notification(id: $id) {
  kind urgency title user { id } contactPoint { id }
  deliveries { dueAt state contactPoint { id kind name masked } message {
    id state possibleDuplicate endedAt attempts { number outcome error providerId possibleDuplicate startedAt endedAt }
  } }
} }`

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer of the API
export const look = async (person: Person, id: string): Promise<any> =>
  (await person.run(NOTIFICATION, { id })).notification

/** Looks again until the deliveries have these states, in their order. */
export async function until(person: Person, id: string, ...states: string[]) {
  for (;;) {
    const notification = await look(person, id)
    const found = notification.deliveries.map(({ state }: { state: string }) => state)
    if (JSON.stringify(found) === JSON.stringify(states)) return notification
  }
}

export const mutation = (name: string, answer: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) {
     ${name}(input: $input) { ${answer} userErrors { code field message } }
   }`

const POINT = 'contactPoint { id kind name masked ofAccount active user { id } } secret'
export const createPoint = (person: Person, input: object) => person.do(mutation('contactPointCreate', POINT), input)

const RULE = 'notificationRule { id urgency delayMinutes contactPoint { id } }'
export const createRule = (person: Person, input: object) => person.do(mutation('notificationRuleCreate', RULE), input)

export const refusal = async (person: Person, name: string, input: object) =>
  (await person.run(mutation(name, ''), { input }))[name].userErrors[0]

/** Lets every job that is there and due run, and those that they add. */
export async function settle(server: TestServer) {
  for (;;) {
    const [{ due }] = (await server.sql(
      `SELECT count(*)::int AS due FROM graphile_worker._private_jobs
        WHERE run_at <= clock_timestamp() AND attempts < max_attempts`,
    )) as [{ due: number }]
    if (due === 0) return
  }
}

export const ringAgain = (server: TestServer, task: string, id: string) =>
  server.act((ctx) => addJobs(ctx, [{ task, id, at: ctx.now() }]))
