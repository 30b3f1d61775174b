import pg from 'pg'

/** Who writes articles, decides over them, and only reads them; each has a token. */

const ROLES = { writer: 'RESPONDER', manager: 'MANAGER', reader: 'REQUESTER' } as const
type Person = keyof typeof ROLES

const numberOf = (person: Person) => Object.keys(ROLES).indexOf(person) + 1

export const tokenOf = (person: Person): string => `toc_${String(numberOf(person)).padStart(40, '0')}`

export async function seedPeople(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const [person, role] of Object.entries(ROLES) as [Person, string][]) {
    const id = String(numberOf(person)).padStart(26, '0')
    await client.query(
      `INSERT INTO users (id, name, email, role, created_at, updated_at)
       VALUES ('usr_' || $1::text, $2::text, $2::text || '@example.com', $3, now(), now())`,
      [id, person, role],
    )
    await client.query(
      `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
       VALUES ('tok_' || $1::text, 'usr_' || $1::text, 'benchmark', 'toc_0000', sha256($2::bytea), '{READ,WRITE}', now())`,
      [id, tokenOf(person)],
    )
  }
  await client.end()
}
