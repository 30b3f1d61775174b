/** Whether a value is one of those that a filter names; a filter that names none lets all pass. */
export const among = (values: readonly string[] | null | undefined, value: string | null): boolean =>
  !values || (value !== null && values.includes(value))
