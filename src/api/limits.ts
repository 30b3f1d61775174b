import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type ValidationContext,
  type ValidationRule,
  getNamedType,
  isCompositeType,
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
  /** Objects that an operation could answer at most, pages counted full. */
  cost: 10_000,
  /** Bytes of a request over HTTP, and of a message over WebSocket. */
  bodyBytes: 1_048_576,
  /** Milliseconds until an operation is answered with TIMEOUT. */
  operationTime: 15_000,
  /** Parsed, validated and compiled documents that are kept. */
  documents: 1_000,
} as const

const limitError = (limit: string, message: string) => new GraphQLError(message, { extensions: { limit } })

const reportAs = (limit: string) => ({
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

/** The rules beyond the specification's own. */
export const validationRules = ({ introspection }: { introspection: boolean }): ValidationRule[] => [
  maxDepthRule({ n: LIMITS.depth, flattenFragments: true, ...reportAs('depth') }) as ValidationRule,
  maxAliasesRule({ n: LIMITS.aliases, ...reportAs('aliases') }) as ValidationRule,
  maxDirectivesRule({ n: LIMITS.directives, ...reportAs('directives') }) as ValidationRule,
  storableText,
  ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
]

/** One for every object; a page multiplies what it holds; a list without pages is taken for ten. */
const objects: ComplexityEstimator = ({ field, args, childComplexity }) => {
  if (!isCompositeType(getNamedType(field.type))) return 0
  const page = (args as { first?: unknown; last?: unknown }).first ?? (args as { last?: unknown }).last
  const items = typeof page === 'number' ? Math.min(Math.max(page, 0), MAXIMUM_PAGE) : 1
  const list = field.type.toString().startsWith('[') && !/^(edges|userErrors)$/.test(field.name) ? 10 : 1
  return list + items * list * childComplexity
}

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
  })
