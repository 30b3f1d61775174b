import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  getNamedType,
  isCompositeType,
  isIntrospectionType,
} from 'graphql'
import { type ComplexityEstimator, getComplexity } from 'graphql-query-complexity'
import { MAXIMUM_PAGE } from '../platform/paging.js'

/** What one operation may ask. On by default for everybody: an honest dashboard stays far below. */
export const LIMITS = {
  /** Tokens of a document; the parser stops there. */
  tokens: 5_000,
  depth: 15,
  aliases: 50,
  directives: 50,
  /** Fields of an operation with every fragment written out: a few fragments can spread into millions. */
  fields: 2_000,
  /** Objects that an operation could answer at most, pages counted full. */
  cost: 10_000,
  /** Bytes of a request over HTTP, and of a message over WebSocket. */
  bodyBytes: 1_048_576,
  /** Milliseconds until an operation is answered with TIMEOUT. */
  operationTime: 15_000,
  /** Levels of lists and objects in the variables. */
  variableDepth: 30,
  /** Parsed, validated and compiled documents that are kept, and how long their texts may be in all. */
  documents: 1_000,
  documentCharacters: 5_000_000,
} as const

export const limitError = (limit: keyof typeof LIMITS, message: string, more: object = {}) =>
  new GraphQLError(message, { extensions: { limit, ...more } })

const reportAs = (limit: keyof typeof LIMITS) => ({
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(limitError(limit, error.message.replace('Syntax Error: ', ''))),
  ],
})

/** PostgreSQL stores no NUL, and UTF-8 has no lone surrogates: neither may stand in text. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

const storableText: ValidationRule = (context) => ({
  StringValue(node) {
    if (!isStorable(node.value))
      context.reportError(
        new GraphQLError('Text must not hold NUL characters or lone surrogates.', {
          nodes: node,
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      )
  },
})

/** Counts each fragment once, however often it is spread. */
const maxFieldsRule: ValidationRule = (context) => {
  const known = new Map<string, number>()
  const countOf = ({ selections }: SelectionSetNode): number => {
    let count = 0
    for (const selection of selections)
      if (selection.kind === 'Field') count += 1 + (selection.selectionSet ? countOf(selection.selectionSet) : 0)
      else if (selection.kind === 'InlineFragment') count += 1 + countOf(selection.selectionSet)
      else count += 1 + countOfFragment(selection.name.value)
    return count
  }
  const countOfFragment = (name: string): number => {
    let count = known.get(name)
    if (count === undefined) {
      known.set(name, 0) // in case it spreads itself, which another rule reports
      const fragment = context.getFragment(name)
      known.set(name, (count = fragment ? countOf(fragment.selectionSet) : 0))
    }
    return count
  }
  return {
    OperationDefinition({ selectionSet }) {
      const count = countOf(selectionSet)
      if (count > LIMITS.fields)
        context.reportError(
          limitError('fields', `The operation has ${count} fields; at most ${LIMITS.fields} are allowed.`),
        )
      return false
    },
  }
}

/** The rules beyond the specification's own. */
export const validationRules = ({ introspection }: { introspection: boolean }): ValidationRule[] => [
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, ...reportAs('depth') }) as ValidationRule,
  maxAliasesRule({ n: LIMITS.aliases, allowList: [], ...reportAs('aliases') }) as ValidationRule,
  maxDirectivesRule({ n: LIMITS.directives, ...reportAs('directives') }) as ValidationRule,
  maxFieldsRule,
  storableText,
  ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
]

/**
 * One for every object; a page multiplies what it holds; a list without pages is taken for ten, or what it is asked for.
 * The schema's own description is no data: how deep it may be asked for is limited by a rule of graphql's.
 */
const objects: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (!isCompositeType(getNamedType(field.type))) return 0
  const { first, last, ids } = args as { first?: unknown; last?: unknown; ids?: unknown }
  const page = first ?? last
  const items = typeof page === 'number' ? Math.min(Math.max(page, 0), MAXIMUM_PAGE) : 1
  if (isIntrospectionType(getNamedType(field.type))) return 1 + childComplexity
  const list = field.type.toString().startsWith('[') && !/^(edges|userErrors)$/.test(field.name) ? 10 : 1
  const length = Array.isArray(ids) ? ids.length : list
  return length + items * length * childComplexity
}

/** Errors: an argument that fits no field: what cannot be priced is not executed. */
export const costOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
): number =>
  getComplexity({
    schema,
    query: document,
    ...(operationName ? { operationName } : {}),
    variables,
    estimators: [objects],
    maxQueryNodes: Infinity, // `maxFieldsRule` has looked
  })
