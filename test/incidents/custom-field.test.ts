import type { CustomFieldKind } from '../../src/incidents/custom-field.js'
import { type CustomField, valueOf } from '../../src/incidents/custom-field.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

describe('a value', () => {
  const field = (kind: CustomFieldKind): CustomField => ({
    ...{ key: 'field', label: 'Field', kind, options: ['gold', 'silver'], active: true, createdAt: new Date() },
  })
  it.each([
    ['TEXT', ' some text ', 'some text'],
    ['NUMBER', -0.5, -0.5],
    ['BOOLEAN', false, false],
    ['DATE', '2024-02-29', '2024-02-29'],
    ['CHOICE', 'silver', 'silver'],
  ])('of kind %s takes %j', (kind, value, kept) =>
    expect(valueOf(field(kind as CustomFieldKind), value, 'value')).toBe(kept),
  )
  const REFUSED: Record<string, unknown[]> = {
    TEXT: ['', 'x'.repeat(4_001), 1, true, ['a'], { a: 1 }],
    NUMBER: ['1', true, Infinity, NaN, [1]],
    BOOLEAN: ['true', 0, 1],
    DATE: ['2023-02-29', '2026-13-01', '2026-11-23T00:00:00Z', '1969-12-31', '2200-01-01', '23.11.2026', 20261123],
    CHOICE: ['bronze', 'Silver', '', 0, ['silver']],
  }
  const attempts = Object.entries(REFUSED).flatMap(([kind, values]) =>
    values.map((value): [string, unknown] => [kind, value]),
  )
  it.each(attempts)('of kind %s refuses %j', (kind, value) =>
    expect(() => valueOf(field(kind as CustomFieldKind), value, 'values.3.value')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'values.3.value' }),
    ),
  )
})

describe('custom fields', () => {
  let server: TestServer
  let admin: Person
  let ada: Person
  beforeAll(async () => {
    server = await startTestServer()
    admin = await server.as('ADMIN')
    ada = await server.as('RESPONDER', { name: 'Ada' })
    await define({ key: 'customer_tier', label: 'Customer tier', kind: 'CHOICE', options: ['gold', 'silver'] })
    await define({ key: 'region', label: 'Region', kind: 'TEXT' })
    await define({ key: 'loss', label: 'Loss in euros', kind: 'NUMBER' })
    await define({ key: 'breach', label: 'Breach', kind: 'BOOLEAN' })
    await define({ key: 'reported_on', label: 'Reported on', kind: 'DATE' })
  })
  afterAll(() => server.stop())

  const FIELD = 'key label kind options active'
  const define = async (input: object) =>
    (await carryOut(admin, 'customFieldDefine', `customField { ${FIELD} }`, input)).customField
  const retire = async (key: string) =>
    (await carryOut(admin, 'customFieldRetire', `customField { ${FIELD} }`, { key })).customField
  const set = (id: string, values: object, more: object = {}) =>
    change(
      ada,
      'incidentCustomFieldsSet',
      { id, values: Object.entries(values).map(([key, value]) => ({ key, value })), ...more },
      'version customFields { field { key label kind } value }',
    )
  const valuesOf = async (person: Person, id: string) => {
    const { customFields } = await look(person, id, 'customFields { field { key } value }')
    return Object.fromEntries(customFields.map(({ field, value }: any) => [field.key, value])) // eslint-disable-line @typescript-eslint/no-explicit-any
  }

  it('are set by kind, read by label, and cleared by null', async () => {
    const id = await declare(ada)
    const values = { region: 'EU', loss: 12.5, breach: false, customer_tier: 'gold', reported_on: '2026-11-23' }
    const incident = await set(id, values, { expectedVersion: 1 })
    expect(incident.version).toBe(2)
    expect(incident.customFields).toEqual([
      { field: { key: 'breach', label: 'Breach', kind: 'BOOLEAN' }, value: false },
      { field: { key: 'customer_tier', label: 'Customer tier', kind: 'CHOICE' }, value: 'gold' },
      { field: { key: 'loss', label: 'Loss in euros', kind: 'NUMBER' }, value: 12.5 },
      { field: { key: 'region', label: 'Region', kind: 'TEXT' }, value: 'EU' },
      { field: { key: 'reported_on', label: 'Reported on', kind: 'DATE' }, value: '2026-11-23' },
    ])
    await set(id, { breach: true, loss: null })
    expect(await valuesOf(ada, id)).toEqual({
      ...{ region: 'EU', breach: true, customer_tier: 'gold', reported_on: '2026-11-23' },
    })
    expect((await timeline(ada, id)).slice(1)).toEqual([
      'Region: EU; Loss in euros: 12.5; Breach: false; Customer tier: gold; Reported on: 2026-11-23',
      'Breach: true; Loss in euros cleared',
    ])
  })

  it('are refused as a whole when one of them is wrong, and the wrong one is named', async () => {
    const id = await declare(ada)
    const refused = (values: object[]) => refusal(ada, 'incidentCustomFieldsSet', { id, values })
    const good = { key: 'region', value: 'EU' }
    expect(await refused([good, { key: 'customer_tier', value: 'bronze' }])).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'values.1.value',
      message: 'Must be one of: “gold”, “silver”.',
    })
    expect(await refused([{ key: 'shoe_size', value: 42 }])).toMatchObject({ code: 'NOT_FOUND', field: 'values.0.key' })
    expect(await refused([good, good])).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values.1.key' })
    expect(await refused([{ key: 'region' }])).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values.0.value' })
    expect(await refused([])).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values' })
    expect(await refused(Array<object>(51).fill(good))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values' })
    expect(await refused([{ key: 'region', value: { $ne: 1 } }])).toMatchObject({ field: 'values.0.value' })
    expect(await look(ada, id, 'version customFields { value }')).toEqual({ version: 1, customFields: [] })
  })

  it('change their label and options, never their kind', async () => {
    await define({ key: 'colour', label: 'Colour', kind: 'CHOICE', options: ['red', 'green'] })
    const id = await declare(ada)
    await set(id, { colour: 'red' })
    expect(
      await define({ key: 'colour', label: 'Traffic light', kind: 'CHOICE', options: [' green ', 'amber'] }),
    ).toEqual({ key: 'colour', label: 'Traffic light', kind: 'CHOICE', options: ['green', 'amber'], active: true })
    expect(await valuesOf(ada, id)).toEqual({ colour: 'red' })
    const again = { id, values: [{ key: 'colour', value: 'red' }] }
    expect(await refusal(ada, 'incidentCustomFieldsSet', again)).toMatchObject({ field: 'values.0.value' })
    expect(await refusal(admin, 'customFieldDefine', { key: 'colour', label: 'x', kind: 'TEXT' })).toMatchObject({
      code: 'CONFLICT',
      field: 'kind',
    })
  })

  it('are retired: what was set stays readable and can be cleared, nothing is set any more', async () => {
    await define({ key: 'ticket', label: 'Ticket', kind: 'TEXT' })
    const id = await declare(ada)
    await set(id, { ticket: 'T-1' })
    expect(await retire('ticket')).toMatchObject({ key: 'ticket', active: false })
    expect(await retire('ticket')).toMatchObject({ active: false })
    expect(await valuesOf(ada, id)).toEqual({ ticket: 'T-1' })
    const input = { id, values: [{ key: 'ticket', value: 'T-2' }] }
    expect(await refusal(ada, 'incidentCustomFieldsSet', input)).toMatchObject({ field: 'values.0.key' })
    await set(id, { ticket: null })
    expect(await valuesOf(ada, id)).toEqual({})
    const keys = async (document: string) =>
      (await ada.run(document)).customFields.map(({ key }: { key: string }) => key)
    expect(await keys('{ customFields { key } }')).not.toContain('ticket')
    expect(await keys('{ customFields(includeRetired: true) { key } }')).toContain('ticket')
    expect(await define({ key: 'ticket', label: 'Ticket', kind: 'TEXT' })).toMatchObject({ active: true })
    expect(await refusal(admin, 'customFieldRetire', { key: 'never_was' })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'key',
    })
  })

  it.each([
    [{ key: 'Region', label: 'x', kind: 'TEXT' }, 'key'],
    [{ key: '__proto__', label: 'x', kind: 'TEXT' }, 'key'],
    [{ key: 'two__underscores', label: 'x', kind: 'TEXT' }, 'key'],
    [{ key: 'x'.repeat(41), label: 'x', kind: 'TEXT' }, 'key'],
    [{ key: 'a', label: ' ', kind: 'TEXT' }, 'label'],
    [{ key: 'a', label: 'x', kind: 'TEXT', options: ['y'] }, 'options'],
    [{ key: 'a', label: 'x', kind: 'CHOICE' }, 'options'],
    [{ key: 'a', label: 'x', kind: 'CHOICE', options: ['y', ''] }, 'options.1'],
    [{ key: 'a', label: 'x', kind: 'CHOICE', options: ['y', ' y'] }, 'options.1'],
  ])('are not defined as %j', async (input, field) =>
    expect(await refusal(admin, 'customFieldDefine', input)).toMatchObject({ code: 'BAD_USER_INPUT', field }),
  )

  it('are defined by administrators and seen by those who work on incidents', async () => {
    const requester = await server.as('REQUESTER')
    const id = await declare(requester)
    const grace = await server.as('MANAGER')
    await change(grace, 'incidentCustomFieldsSet', { id, values: [{ key: 'region', value: 'EU' }] })
    for (const person of [requester, await server.as('STAKEHOLDER')]) {
      expect(await valuesOf(person, id)).toEqual({})
      expect(await person.run('{ customFields { key } }')).toEqual({ customFields: [] })
      expect(await timeline(person, id)).toEqual(['Declared'])
    }
    expect(await valuesOf(await server.as('AUDITOR'), id)).toEqual({ region: 'EU' })
    for (const role of ['MANAGER', 'RESPONDER', 'AUDITOR', 'PARTNER'] as const) {
      const person = await server.as(role)
      for (const [name, input] of [
        ['customFieldDefine', { key: 'mine', label: 'Mine', kind: 'TEXT' }],
        ['customFieldRetire', { key: 'region' }],
      ] as const)
        expect((await refusal(person, name, input)).code).toBe('FORBIDDEN')
    }
  })

  it('come with every new state of a stream', async () => {
    const id = await declare(ada)
    const stream = await ada.subscribe(
      'subscription ($id: ID!) { incidentChanged(id: $id) { version customFields { field { key } value } } }',
      { id },
    )
    expect((await stream.next()).data.incidentChanged).toEqual({ version: 1, customFields: [] })
    await set(id, { region: 'EU' })
    expect((await stream.next()).data.incidentChanged).toEqual({
      version: 2,
      customFields: [{ field: { key: 'region' }, value: 'EU' }],
    })
    stream.stop()
  })
})
