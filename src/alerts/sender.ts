import { LRUCache } from 'lru-cache'
import { hashOf } from '../access/secret.js'
import { type Database, selectList } from '../platform/database.js'
import type { Sender } from './signal.js'

const COLUMNS = `${selectList('n', [
  ...['id', 'name', 'kind', 'serviceId', 'mapping', 'autoResolve', 'regroupMinutes', 'active'],
])}, COALESCE(n.team_id, s.team_id) AS "teamId"`
const FROM = 'integrations n LEFT JOIN services s ON s.id = n.service_id'

export const findSender = (db: Database, id: string): Promise<Sender | null> =>
  db.row<Sender>(`SELECT ${COLUMNS} FROM ${FROM} WHERE n.id = $1`, [id])

export const findSenders = (db: Database, ids: readonly string[]): Promise<Sender[]> =>
  db.rows<Sender>(`SELECT ${COLUMNS} FROM ${FROM} WHERE n.id = ANY($1::text[])`, [ids])

const BELIEVED_FOR = 1_000 // milliseconds

/** Whose key it is. An answer is believed for a second, so that a changed integration is noticed by then. */
export class KeyRing {
  private readonly believed: LRUCache<string, { sender: Sender | null }>

  constructor(private readonly db: Database) {
    this.believed = new LRUCache({
      max: 10_000,
      ttl: BELIEVED_FOR,
      fetchMethod: async (hash) => ({ sender: await this.read(Buffer.from(hash, 'base64')) }),
    })
  }

  /** Null when it is nobody's. */
  async senderOf(key: string): Promise<Sender | null> {
    const hash = hashOf(key).toString('base64')
    return (await this.believed.fetch(hash))!.sender
  }

  private read(hash: Buffer): Promise<Sender | null> {
    return this.db.row<Sender>(`SELECT ${COLUMNS} FROM ${FROM} WHERE n.key_hash = $1`, [hash])
  }
}
