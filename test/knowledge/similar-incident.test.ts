import type { Person } from '../support/person.js'
import { type Stage, carryOut, setStage, writeAndPublish } from './story.js'

/** What is known from before, on the open incident. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const declare = async (person: Person, input: object): Promise<string> =>
  (await carryOut(person, 'incidentDeclare', 'incident { id }', input)).incident.id

const KNOWN = `query ($id: ID!) { incident(id: $id) {
  similarIncidents(first: 5) { incident { title resolution } sameService }
  suggestedArticles(first: 3) { article { title } } } }`

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
const known = async (person: Person, id: string): Promise<any> => (await person.run(KNOWN, { id })).incident

it('brings incidents like it, with what solved them, and articles', async () => {
  const { server, mia, ada } = stage
  const serviceId = await server.service('Checkout')
  await declare(mia, { title: 'Checkout payments are slow' })
  const solved = await declare(mia, { title: 'Payments time out at the checkout', serviceId })
  await carryOut(mia, 'incidentResolve', 'incident { id }', { id: solved, resolution: 'Restarted the gateway.' })
  await declare(mia, { title: 'The coffee machine leaks' })
  const hidden = await declare(mia, { title: 'Checkout payments: fraud suspected' })
  await server.sql(`UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1`, [hidden])
  await server.sql('DELETE FROM incident_participants WHERE incident_id = $1', [hidden])
  await writeAndPublish(stage, { title: 'Payments time out', body: 'Look at the gateway.', audience: 'INTERNAL' })
  await writeAndPublish(stage, { title: 'Coffee', body: 'With milk.' })

  const id = await declare(ada, { title: 'Payments time out', description: 'At the checkout.', serviceId })
  expect(await known(ada, id)).toEqual({
    similarIncidents: [
      {
        incident: { title: 'Payments time out at the checkout', resolution: 'Restarted the gateway.' },
        sameService: true,
      },
      { incident: { title: 'Checkout payments are slow', resolution: null }, sameService: false },
    ],
    suggestedArticles: [{ article: { title: 'Payments time out' } }],
  })
  const nothing = await declare(ada, { title: '!?' })
  expect(await known(ada, nothing)).toEqual({ similarIncidents: [], suggestedArticles: [] })
})

it('shows those who report only what is theirs', async () => {
  const { rosa } = stage
  const id = await declare(rosa, { title: 'Payments time out' })
  expect(await known(rosa, id)).toEqual({ similarIncidents: [], suggestedArticles: [] })
})
