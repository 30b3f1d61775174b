import { ErrorCode, UserError } from './errors.js'

/** What has a version is changed only as whoever changes it knows it. Errors: CONFLICT when it is archived, or has changed since. */
export function mayChange(
  noun: string,
  { archived, version }: { readonly archived: boolean; readonly version: number },
  expectedVersion: number | null | undefined,
): void {
  if (archived) throw new UserError(ErrorCode.CONFLICT, `The ${noun} is archived.`, 'id')
  if (typeof expectedVersion === 'number' && expectedVersion !== version)
    throw new UserError(
      ErrorCode.CONFLICT,
      `The ${noun} has changed: it has version ${version}, not ${expectedVersion}.`,
      'expectedVersion',
    )
}
