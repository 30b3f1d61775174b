import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSource } from 'typeorm'
import { ConfigError } from './config.js'
import { poolOf } from './database.js'

/**
 * What has to be read again is sealed before it is stored: addresses that are secrets themselves, keys of webhooks. It
 * is AES-256-GCM with a key of this installation; links that act without a sign-in are signed with another one. Both
 * come from SECRET_KEY, or from a file in DATA_DIR that the first start makes. The database remembers which key it was
 * sealed with, and a server with another one does not start.
 */
export class Sealer {
  private readonly sealing: Buffer
  private readonly signing: Buffer

  constructor(secret: string) {
    const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'tocsin', purpose, 32))
    this.sealing = derive('sealing')
    this.signing = derive('signing')
  }

  /** @param about what the text belongs to, such as its row's id: it opens nowhere else */
  seal(text: string, about: string): Buffer {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.sealing, nonce).setAAD(Buffer.from(about))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
  }

  /** Throws when it was sealed with another key, or about something else. */
  open(sealed: Buffer, about: string): string {
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, sealed.subarray(0, 12)).setAAD(Buffer.from(about))
    decipher.setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
  }

  /** A URL-safe text that carries `content` and proves that this installation wrote it for `purpose`. */
  sign(purpose: string, content: string): string {
    return `${Buffer.from(content).toString('base64url')}.${this.mac(purpose, content).toString('base64url')}`
  }

  /** What `sign` was given for the same purpose; null when it was not written here. */
  verify(purpose: string, signed: string): string | null {
    const [body = '', mac = ''] = signed.split('.')
    const content = Buffer.from(body, 'base64url').toString('utf8')
    const given = Buffer.from(mac, 'base64url')
    const expected = this.mac(purpose, content)
    return given.length === expected.length && timingSafeEqual(given, expected) ? content : null
  }

  /** Tells one key from another, and nothing of it. */
  get fingerprint(): string {
    return this.mac('fingerprint', '').toString('hex').slice(0, 16)
  }

  private mac(purpose: string, content: string): Buffer {
    return createHmac('sha256', this.signing).update(`${purpose}\n${content}`).digest()
  }
}

const sealers = new WeakMap<DataSource, Sealer>()

/** The sealer of the installation that works on this database. */
export function sealerOf(source: DataSource): Sealer {
  const sealer = sealers.get(source)
  if (!sealer) throw new Error('No key has been opened for this database')
  return sealer
}

/** Errors: ConfigError when the database was sealed with another key, or none can be kept. */
export async function openSealer(source: DataSource, key: string | null, dataDir: string): Promise<void> {
  const sealer = new Sealer(key ?? keptKey(dataDir))
  const { rows } = await poolOf(source).query<{ fingerprint: string }>(
    `INSERT INTO installation (key_fingerprint) VALUES ($1)
     ON CONFLICT (single) DO UPDATE SET single = true RETURNING key_fingerprint AS fingerprint`,
    [sealer.fingerprint],
  )
  if (rows[0]!.fingerprint !== sealer.fingerprint)
    throw new ConfigError(
      key
        ? 'SECRET_KEY is not the key that this database was sealed with'
        : `SECRET_KEY is not set, and the key in ${join(dataDir, KEY_FILE)} is not the one that this database was sealed with: every node needs the same`,
    )
  sealers.set(source, sealer)
}

const KEY_FILE = 'secret.key'

function keptKey(dataDir: string): string {
  const path = join(dataDir, KEY_FILE)
  try {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(path, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new ConfigError(
        `SECRET_KEY is not set, but it must be where no key can be kept in DATA_DIR (${(error as Error).message})`,
      )
  }
  return readFileSync(path, 'utf8').trim()
}
