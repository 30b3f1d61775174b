import { Foundation1764000000001 } from './0001-foundation.js'

/** Every migration, in order. A landed one is never edited: the next change is the next number. */
export const MIGRATIONS = [Foundation1764000000001]
