import { cut } from '../platform/text.js'
import { markdown } from './markdown.js'

/**
 * What somebody wrote, within a text of ours. It stands in a block quote, where headings, lists and code stay what they
 * are and end where the quote ends. Only HTML could end it before: it is shown as text instead.
 */

/** Lets Markdown take it for text. In code, where it is text already, it would be seen. */
const asText = (line: string): string => line.replaceAll('<', '&lt;')

const CODE = ['fence', 'code_block']

function withoutHtml(text: string): string {
  const code = new Set<number>()
  for (const { type, map } of markdown.parse(text, {}))
    if (map && CODE.includes(type)) for (let line = map[0]; line < map[1]; line++) code.add(line)
  return text
    .split('\n')
    .map((line, number) => (code.has(number) ? line : asText(line)))
    .join('\n')
}

const hasHtml = (text: string): boolean =>
  markdown
    .parse(text, {})
    .some(({ type, children }) => type === 'html_block' || children?.some((child) => child.type === 'html_inline'))

const inQuote = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')

/** @param text Markdown, of which at most `maximum` characters are taken */
export function quoted(text: string, maximum: number): string {
  const taken = cut(text.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '').trim(), maximum)
  const gentle = inQuote(withoutHtml(taken))
  // Taking the HTML away can turn what stood in code into HTML.
  return hasHtml(gentle) ? inQuote(asText(taken)) : gentle
}

/** In a line of ours, as code: no sign in it means anything. */
export function codeOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const fence = '`'.repeat(1 + Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)))
  return fence.length > 1 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`
}
