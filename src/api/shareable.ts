import { TypeInfo, getOperationAST, visit, visitWithTypeInfo } from 'graphql'
import type { Operation } from './operation.js'

/**
 * Whether one execution may serve everybody of one role: every field is a plain property, or its resolver is declared
 * shareable. A new resolver is unshareable until somebody has looked at it.
 */
export function isShareable(operation: Operation): boolean {
  let answer = known.get(operation)
  if (answer === undefined) known.set(operation, (answer = look(operation)))
  return answer
}

const known = new WeakMap<Operation, boolean>()

function look({ schema, document, name }: Operation): boolean {
  const info = new TypeInfo(schema)
  const root = getOperationAST(document, name)
  let shareable = true
  visit(
    document,
    visitWithTypeInfo(info, {
      OperationDefinition: (node) => (node === root ? undefined : false),
      Field(_node, _key, _parent, _path, ancestors) {
        const field = info.getFieldDef()
        const isRoot = ancestors.at(-2) === root
        if (field?.resolve && !isRoot && field.extensions['shareable'] !== true) shareable = false
      },
    }),
  )
  return shareable
}
