import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  execute,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
  valueFromASTUntyped,
  visit,
} from 'graphql'
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit'
import { LRUCache } from 'lru-cache'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'
import { once } from './idempotency.js'
import { LIMITS, costOf, isStorable, limitError, validationRules } from './limits.js'
import { SeveralErrors, mayPass, presentError, presentErrors } from './present-error.js'

/**
 * The one pipeline of all transports. A document is parsed, validated and compiled once; each run checks its variables
 * and its cost, and answers with presented errors. HTTP comes here through Apollo, WebSocket and SSE directly.
 */

export interface OperationRequest {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly idempotencyKey?: string | null | undefined
  /** Where a bug is told; the server's own log when left out. */
  readonly log?: Logger
}

export interface Operation {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly source: string
  readonly name: string | undefined
  readonly kind: OperationTypeNode
  readonly compiled: CompiledQuery | null
  /** Of its variables: graphql-jit does not apply them where null is not allowed. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** Cost by variables, as text. */
  readonly costs: LRUCache<string, number>
}

export type Answer = ExecutionResult & { readonly extensions?: Record<string, unknown> }

export class Pipeline {
  private readonly rules
  private readonly operations = new LRUCache<string, Operation>({
    max: LIMITS.documents,
    maxSize: LIMITS.documentCharacters,
    sizeCalculation: (_, { length }) => length + 1,
  })

  constructor(
    readonly schema: GraphQLSchema,
    readonly log: Logger,
    private readonly options: { introspection: boolean },
  ) {
    this.rules = [...specifiedRules, ...validationRules(options)]
  }

  /** Parsed, validated and compiled, or the errors that keep it from being so. */
  prepare({ query, operationName }: OperationRequest): Operation | readonly GraphQLFormattedError[] {
    const key = `${operationName || ''}\n${query}`
    const known = this.operations.get(key)
    if (known) return known
    try {
      const document = parse(query, { maxTokens: LIMITS.tokens })
      const errors = validate(this.schema, document, this.rules)
      if (errors.length > 0) return errors.map((error) => presentError(this.coded(error), this.log))
      const operation = this.compile(query, document, operationName || undefined)
      this.operations.set(key, operation)
      return operation
    } catch (error) {
      return presentErrors(unprepared(error), this.log)
    }
  }

  private coded({ message, nodes, extensions }: GraphQLError): GraphQLError {
    const code = extensions['limit'] ? {} : { code: ErrorCode.GRAPHQL_VALIDATION_FAILED }
    // A suggestion would tell what introspection may not.
    const told = this.options.introspection ? message : message.replace(/ Did you mean [^]*$/, '')
    return new GraphQLError(told, { nodes: nodes ?? null, extensions: { ...code, ...extensions } })
  }

  /** Errors: BAD_REQUEST when it is not clear which operation is meant. */
  private compile(query: string, document: DocumentNode, operationName: string | undefined): Operation {
    const ast = getOperationAST(document, operationName)
    if (!ast) {
      const message = operationName
        ? `The document has no operation named ${JSON.stringify(operationName)}.`
        : 'Name one of the operations of the document as operationName.'
      throw new GraphQLError(message, { extensions: { code: ErrorCode.BAD_REQUEST } })
    }
    // Interpreted are mutations, whose time is the database's and whose inputs have defaults that graphql-jit 0.8 does
    // not apply, and documents with conditions: it answers too many or too few fields of fragments that have one.
    const compiled =
      ast.operation === OperationTypeNode.MUTATION || hasConditions(document)
        ? null
        : compileQuery(this.schema, document, operationName, {
            disablingCapturingStackErrors: true,
          })
    return {
      schema: this.schema,
      document,
      source: query,
      name: operationName ?? ast.name?.value,
      kind: ast.operation,
      compiled: compiled && isCompiledQuery(compiled) ? compiled : null, // what cannot be compiled is interpreted
      defaults: defaultsOf(ast),
      costs: new LRUCache({ max: 100 }),
    }
  }

  /** Runs a query or mutation. Whatever goes wrong is in the answer. */
  async run(operation: Operation, request: OperationRequest, ctx: Context): Promise<Answer> {
    const variables = request.variables ?? {}
    const log = request.log ?? this.log
    try {
      const cost = this.checkRequest(operation, variables)
      const { idempotencyKey } = request
      const repeatable =
        idempotencyKey !== null && idempotencyKey !== undefined && operation.kind === OperationTypeNode.MUTATION
      if (repeatable) checkSingleField(operation)
      const work = repeatable
        ? once(
            ctx,
            idempotencyKey,
            { query: operation.source, operationName: operation.name, variables },
            async (ctx) => {
              const answer = await this.execute(operation, variables, ctx, undefined, log)
              if (answer.errors?.some(mayPass)) throw new Undone(answer) // roll back: it may be tried again
              return answer
            },
          )
        : this.execute(operation, variables, ctx, undefined, log)
      const answer = await withinTime(work)
      return { ...answer, extensions: { ...answer.extensions, cost: { requested: cost, maximum: LIMITS.cost } } }
    } catch (error) {
      if (error instanceof Undone) return error.answer
      return { errors: presentErrors(error, log) as GraphQLError[] }
    }
  }

  /** Errors: BAD_USER_INPUT naming the variable, LIMIT_EXCEEDED. Answers the cost. */
  checkRequest(operation: Operation, variables: Readonly<Record<string, unknown>>): number {
    checkText(variables, 'variables')
    checkVariables(operation, variables)
    const key = JSON.stringify(variables)
    let cost = operation.costs.get(key)
    if (cost === undefined) {
      cost = costOf(this.schema, operation.document, operation.name, variables)
      if (key.length <= 200) operation.costs.set(key, cost)
    }
    if (cost > LIMITS.cost)
      throw limitError(
        'cost',
        `The operation costs ${cost}; at most ${LIMITS.cost} is allowed. Ask for smaller pages.`,
        { cost: { requested: cost, maximum: LIMITS.cost } },
      )
    return cost
  }

  /** One execution with presented errors; `root` is the event of a subscription. */
  async execute(
    operation: Operation,
    variables: Readonly<Record<string, unknown>>,
    ctx: Context,
    root?: object,
    log: Logger = this.log,
  ): Promise<ExecutionResult> {
    const result = operation.compiled
      ? await operation.compiled.query(root, ctx, { ...operation.defaults, ...variables })
      : await execute({
          schema: this.schema,
          document: operation.document,
          rootValue: root,
          contextValue: ctx,
          variableValues: variables,
          operationName: operation.name,
        })
    return result.errors
      ? { ...result, errors: result.errors.map((error) => presentError(error, log) as GraphQLError) }
      : result
  }
}

function hasConditions(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Directive({ name: { value } }) {
      if (value === 'skip' || value === 'include') found = true
    },
  })
  return found
}

const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  )

class Undone extends Error {
  constructor(readonly answer: ExecutionResult) {
    super('Rolled back')
  }
}

/** What stopped the preparation of a document, as an error about the request. */
function unprepared(error: unknown): unknown {
  // The parser and the rules go down with the document, one call per level.
  if (error instanceof RangeError) return limitError('depth', 'The document is nested too deeply.')
  if (!(error instanceof GraphQLError) || error.extensions['code']) return error
  const { message, source, positions } = error
  if (message.endsWith('tokens. Parsing aborted.'))
    return limitError('tokens', `The document has more than ${LIMITS.tokens} tokens.`)
  const extensions = { code: ErrorCode.GRAPHQL_PARSE_FAILED }
  return new GraphQLError(message, { source: source ?? null, positions: positions ?? null, extensions })
}

/** One transaction for two commands could tell their events in another order than they happened. */
function checkSingleField({ document, name }: Operation): void {
  const fields = getOperationAST(document, name)?.selectionSet.selections ?? []
  if (fields.length !== 1 || fields[0]!.kind !== Kind.FIELD)
    throw new UserError(
      ErrorCode.BAD_REQUEST,
      'With an idempotency key, send one mutation field per request.',
      'idempotencyKey',
    )
}

function checkText(value: unknown, path: string, depth = 0): void {
  if (depth > LIMITS.variableDepth)
    throw limitError('variableDepth', `\`variables\` are nested more than ${LIMITS.variableDepth} levels deep.`)
  if (typeof value === 'string') {
    if (!isStorable(value))
      throw new UserError(ErrorCode.BAD_USER_INPUT, 'Text must not hold NUL characters or lone surrogates.', path)
  } else if (Array.isArray(value)) value.forEach((item, index) => checkText(item, `${path}.${index}`, depth + 1))
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) {
      checkText(key, path)
      checkText(item, `${path}.${key}`, depth + 1)
    }
}

/** In the words of graphql-js, which name the field; the compiled query only says that something does not fit. */
function checkVariables({ schema, document, name }: Operation, variables: Readonly<Record<string, unknown>>): void {
  const definitions = getOperationAST(document, name)?.variableDefinitions ?? []
  const { errors } = getVariableValues(schema, definitions, variables, { maxErrors: 10 })
  if (errors) throw new SeveralErrors(errors)
}

/** PostgreSQL ends a statement at the same limit, so that nothing works on for an answer that was given up. */
async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new UserError(ErrorCode.TIMEOUT, 'The request took too long and was ended.')),
      LIMITS.operationTime,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}
