import { ErrorCode, UserError } from '../platform/errors.js'

const UNIQUE_VIOLATION = '23505'

/**
 * Names and addresses are unique by indexes of the database, which alone can tell under concurrency. Runs a write and
 * answers the violation of `index` with a CONFLICT that names the input field.
 */
export async function unique<T>(field: string, index: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const { code, constraint } = error as { code?: unknown; constraint?: unknown }
    if (code !== UNIQUE_VIOLATION || constraint !== index) throw error
    throw new UserError(ErrorCode.CONFLICT, `There is one with this ${field} already.`, field)
  }
}
