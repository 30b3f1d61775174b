import {
  type OperationDefinitionNode,
  TypeInfo,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { AccessFacts } from '../access/rules.js'
import { type EventStream, STREAM } from '../events/event-stream.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Operation } from './operation.js'

/** What the document of a subscription tells of how it is to be carried. */

export type AnyStream = EventStream<Record<string, unknown>, AccessFacts>

/** The stream of the one root field, with its arguments. Errors: BAD_USER_INPUT. */
export function streamOf({ schema, document, name }: Operation, variables: Record<string, unknown>) {
  const ast = getOperationAST(document, name) as OperationDefinitionNode
  const coerced = getVariableValues(schema, ast.variableDefinitions ?? [], variables)
  if (coerced.errors) throw coerced.errors[0]!
  const node = ast.selectionSet.selections[0]!
  if (node.kind !== 'Field')
    throw new UserError(ErrorCode.BAD_USER_INPUT, 'Name the subscription field in the operation itself.')
  const field = schema.getSubscriptionType()!.getFields()[node.name.value]!
  const args = getArgumentValues(field, node, coerced.coerced)
  return { stream: field.extensions[STREAM] as AnyStream, args }
}

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
        if (field?.name.startsWith('__')) return
        if (field?.resolve && !isRoot && field.extensions['shareable'] !== true) shareable = false
      },
    }),
  )
  return shareable
}

/**
 * The variable that tells where a subscriber resumes. It does not keep them out of the group of others, unless the
 * operation uses it for anything else, too.
 */
export function resumeVariableOf(operation: Operation): string | null {
  let answer = resumeVariables.get(operation)
  if (answer === undefined) resumeVariables.set(operation, (answer = findResumeVariable(operation)))
  return answer
}

const resumeVariables = new WeakMap<Operation, string | null>()

function findResumeVariable({ document, name }: Operation): string | null {
  const { selectionSet } = getOperationAST(document, name) as OperationDefinitionNode
  const [root] = selectionSet.selections
  const after = root?.kind === 'Field' ? root.arguments?.find((argument) => argument.name.value === 'after') : undefined
  if (after?.value.kind !== 'Variable') return null
  const variable = after.value.name.value
  let uses = 0
  visit(document, {
    VariableDefinition: () => false,
    Variable: (node) => void (uses += node.name.value === variable ? 1 : 0),
  })
  return uses === 1 ? variable : null
}
