import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql'
import { undeclaredChanges } from '../../scripts/check-schema-changes.js'
import { buildGraph } from '../../src/api/schema.js'

/** The schema as a document: complete, up to date, and not changed under its clients' feet. */

const text = readFileSync(join(__dirname, '../../schema/schema.graphql'), 'utf8')

it('is committed as the code emits it (npm run schema)', () => {
  expect(text).toBe(`${printSchema(lexicographicSortSchema(buildGraph()))}\n`)
})

it('describes every element', () => {
  const undescribed: string[] = []
  const look = (name: string, element: { readonly description?: string | null | undefined }) => {
    if (!element.description?.trim()) undescribed.push(name)
  }
  const schema = buildSchema(text)
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue
    look(type.name, type)
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field)
        for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name}:)`, argument)
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field)
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value)
  }
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue
    look(`@${directive.name}`, directive)
    for (const argument of directive.args) look(`@${directive.name}(${argument.name}:)`, argument)
  }
  expect(undescribed).toEqual([])
})

it('keeps what every mutation promises', () => {
  const schema = buildSchema(text)
  for (const { name, args, type } of Object.values(schema.getMutationType()!.getFields())) {
    const payload = schema.getType(String(type).replace('!', ''))
    expect([name, args.map((argument) => argument.name)]).toEqual([name, ['input']])
    expect([name, isObjectType(payload) && String(payload.getFields()['userErrors']?.type)]).toEqual([
      name,
      '[UserError!]!',
    ])
  }
})

describe('the check for changes that break clients', () => {
  const before = 'type Query { incident(id: ID!): String, old: String }'
  const removed = "Field 'old' was removed from object type 'Query'"

  it('lets additions pass', async () => {
    const after = 'type Query { incident(id: ID!, drill: Boolean): String, old: String, young: String }'
    expect(await undeclaredChanges(before, after, '')).toEqual([])
  })

  it('finds what breaks, unless it is declared', async () => {
    const after = 'type Query { incident(id: ID!): Int }'
    const found = await undeclaredChanges(before, after, '')
    expect(found).toEqual([removed, "Field 'Query.incident' changed type from 'String' to 'Int'"])
    expect(await undeclaredChanges(before, after, `# Changes\n\n- ${removed}\n  Nobody used it.\n`)).toEqual([found[1]])
  })
})
