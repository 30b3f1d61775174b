import 'reflect-metadata'
import {
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
} from 'graphql'
import { type NonEmptyArray, buildSchemaSync } from 'type-graphql'
import { typeNameOf } from '../platform/graphql.js'
import { RESOLVERS } from './resolvers.js'

/** graphql-jit does not come to an end with a variable whose type holds itself. */
function refuseRecursiveInputs(schema: GraphQLSchema): void {
  const look = (type: GraphQLInputObjectType, above: readonly GraphQLInputObjectType[]): void => {
    if (above.includes(type))
      throw new Error(`The input type ${type.name} holds itself: documents with it are not to be compiled`)
    for (const field of Object.values(type.getFields())) {
      const inner = getNamedType(field.type)
      if (isInputObjectType(inner)) look(inner, [...above, type])
    }
  }
  for (const type of Object.values(schema.getTypeMap())) if (isInputObjectType(type)) look(type, [])
}

/** The whole graph. Nothing is emitted that no field leads to. */
export function buildGraph(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: RESOLVERS as unknown as NonEmptyArray<() => void>,
    orphanedTypes: [],
    validate: false, // commands check their input themselves, and name the field
    pubSub: { publish: neverUsed, subscribe: neverUsed }, // demanded, though the fan-out carries subscriptions
  })
  // Every id tells its type. type-graphql would answer by promise, which graphql-jit does not wait for.
  for (const type of Object.values(schema.getTypeMap()))
    if (isAbstractType(type)) type.resolveType = ({ id }: { id: string }) => typeNameOf(id) ?? 'System'
  schema.getQueryType()!.description =
    'What can be read. Everybody sees what their role and the access rules let them see.'
  schema.getMutationType()!.description =
    'What can be changed. A mutation does all that it is asked or, with `userErrors`, nothing.'
  schema.getSubscriptionType()!.description = 'What can be followed, over WebSocket or server-sent events.'
  refuseRecursiveInputs(schema)
  return schema
}

function neverUsed(): never {
  throw new Error('Events go through the event log')
}
