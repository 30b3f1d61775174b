import {
  type FieldNode,
  type GraphQLResolveInfo,
  type SelectionSetNode,
  getArgumentValues,
  isObjectType,
} from 'graphql'
import { selectList } from './database.js'

/**
 * What an operation asks for below the field that is being resolved, so that a hot list can be read in one statement
 * with what hangs on it. Reading ahead only saves: a resolver that finds nothing read reads it itself.
 */

/** Columns that every row must have, because resolvers and rules read them, and those that only their own field reads. */
export interface Columns {
  readonly alias: string
  readonly always: readonly string[]
  readonly asked: readonly string[]
}

export const allColumns = ({ alias, always, asked }: Columns): string => selectList(alias, [...always, ...asked])

const lists = new WeakMap<FieldNode, Map<Columns, string>>()

/** The columns of the nodes that `path` leads to, without those that nobody asked for. */
export function askedColumns(info: GraphQLResolveInfo, path: string, columns: Columns): string {
  const root = info.fieldNodes[0]!
  let texts = lists.get(root)
  if (!texts) lists.set(root, (texts = new Map()))
  let text = texts.get(columns)
  if (text === undefined) {
    const asked = columns.asked.filter((name) => selectedFields(info, `${path}.${name}`).length > 0)
    texts.set(columns, (text = selectList(columns.alias, [...columns.always, ...asked])))
  }
  return text
}

/** Looked up once per document: its nodes live as long as the compiled operation. */
const known = new WeakMap<FieldNode, Map<string, readonly FieldNode[]>>()

/** The fields that a path such as `edges.node.timeline` leads to, through fragments and aliases. */
export function selectedFields(info: GraphQLResolveInfo, path: string): readonly FieldNode[] {
  const root = info.fieldNodes[0]!
  let paths = known.get(root)
  if (!paths) known.set(root, (paths = new Map()))
  let found = paths.get(path)
  if (!found) {
    let fields: readonly FieldNode[] = info.fieldNodes
    for (const name of path.split('.'))
      fields = fields.flatMap(({ selectionSet }) => (selectionSet ? fieldsNamed(selectionSet, name, info) : []))
    paths.set(path, (found = fields))
  }
  return found
}

function fieldsNamed(set: SelectionSetNode, name: string, info: GraphQLResolveInfo): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === 'Field') return selection.name.value === name ? [selection] : []
    const inner = selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value]
    return inner ? fieldsNamed(inner.selectionSet, name, info) : []
  })
}

/** The arguments of such a field of the object type `typeName`. */
export function argumentsOf(info: GraphQLResolveInfo, typeName: string, node: FieldNode): Record<string, unknown> {
  const type = info.schema.getType(typeName)
  const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined
  return field ? getArgumentValues(field, node, info.variableValues) : {}
}
