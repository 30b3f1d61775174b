/** `column ILIKE` this finds the text anywhere, whatever signs it holds. */
export const containing = (search: string): string => `%${search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
