import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createToken } from '../access/api-token.commands.js'
import { hashOf } from '../access/secret.js'
import { Role, TokenScope } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { Cast } from './cast.js'

/**
 * One token per role. The database has only their hashes, so the demo keeps them in a file of DATA_DIR that only its
 * user can read: what somebody pasted yesterday works today. One that is gone or was revoked is made anew.
 */

export interface SignIn {
  readonly role: Role
  readonly name: string
  readonly token: string
}

const FILE = 'demo.tokens.json'

export async function signInTokens(ctx: Context, cast: Cast, dataDir: string): Promise<SignIn[]> {
  const file = join(dataDir, FILE)
  const kept = await readKept(file)
  const valid = await stillValid(ctx, Object.values(kept))
  const signIns: SignIn[] = []
  for (const role of Object.values(Role)) {
    const person = cast.one(role)
    if (!person) continue // somebody has changed their role; there is no need to insist
    const known = kept[role]
    const token = known && valid.get(known) === person.id ? known : await makeToken(ctx, person.id)
    signIns.push({ role, name: person.name, token })
  }
  await mkdir(dataDir, { recursive: true })
  const tokens = Object.fromEntries(signIns.map(({ role, token }) => [role, token]))
  await writeFile(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 })
  return signIns
}

async function readKept(file: string): Promise<Partial<Record<Role, string>>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Partial<Record<Role, string>>
  } catch {
    return {} // the first start, or a damaged file: new ones are made
  }
}

/** Whose they are, of those that can still be used. */
async function stillValid({ db }: Context, tokens: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.rows<{ hash: Buffer; userId: string }>(
    `SELECT hash, user_id AS "userId" FROM api_tokens WHERE hash = ANY($1::bytea[]) AND revoked_at IS NULL`,
    [tokens.map(hashOf)],
  )
  const owners = new Map(rows.map(({ hash, userId }) => [hash.toString('hex'), userId]))
  return new Map(tokens.map((token) => [token, owners.get(hashOf(token).toString('hex')) ?? '']))
}

const makeToken = (ctx: Context, userId: string): Promise<string> =>
  inTransaction(ctx, async (ctx) => {
    const scopes = Object.values(TokenScope)
    return (await createToken(ctx, { name: 'Demo', userId, scopes })).token
  })
