import { type Chart, svgOf } from './chart.js'

/**
 * A report as a document: written once, told as Markdown and as HTML. What people wrote is text and nothing else in
 * both: it is quoted, and no sign of it means anything.
 */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'quote'; readonly text: string; readonly by: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'chart'; readonly chart: Chart }

export interface Document {
  readonly title: string
  readonly blocks: readonly Block[]
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

/** A section that has nothing to tell is left out. */
export const heading = (text: string, blocks: readonly Block[]): Block[] =>
  blocks.length > 0 ? [{ kind: 'heading', text }, ...blocks] : []

export const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): Block[] =>
  heading(title, rows.length > 0 ? [{ kind: 'table', head, rows }] : [])

/** Every sign that Markdown, or HTML within it, may give a meaning. */
const inMarkdown = (text: string) => text.replace(/[\\`*_{}[\]<>()#+\-.!|~&:@]/g, '\\$&')
/** In one line, as headings, paragraphs and cells are. */
const inLine = (text: string) => inMarkdown(text.replace(/\s+/g, ' ').trim())

const MARKDOWN: { [K in Block['kind']]: (block: Block & { readonly kind: K }) => string } = {
  heading: ({ text }) => `## ${inLine(text)}`,
  paragraph: ({ text }) => inLine(text),
  quote: ({ text, by }) =>
    [inLine(by), '', ...text.split(/\r\n|[\r\n\u2028\u2029]/).map((line) => inMarkdown(line.trim()))]
      .map((line) => `> ${line}`.trimEnd())
      .join('\n'),
  table: ({ head, rows }) =>
    [head, head.map(() => '---'), ...rows.map((row) => row.map(inLine))]
      .map((row) => `| ${row.join(' | ')} |`)
      .join('\n'),
  // The table beside it tells the same.
  chart: ({ chart }) => `*${inLine(chart.title)}: see the table.*`,
}

export const markdownOf = ({ title, blocks }: Document): string =>
  `${[`# ${inLine(title)}`, ...blocks.map((block) => MARKDOWN[block.kind](block as never))].join('\n\n')}\n`

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => SIGNS[sign]!)

const HTML: { [K in Block['kind']]: (block: Block & { readonly kind: K }) => string | Promise<string> } = {
  heading: ({ text }) => `<h2>${escaped(text)}</h2>`,
  paragraph: ({ text }) => `<p>${escaped(text)}</p>`,
  quote: ({ text, by }) => `<blockquote><cite>${escaped(by)}</cite><p>${escaped(text)}</p></blockquote>`,
  table: ({ head, rows }) =>
    `<table><thead>${row('th', head)}</thead><tbody>${rows.map((cells) => row('td', cells)).join('')}</tbody></table>`,
  chart: async ({ chart }) => `<figure>${await svgOf(chart)}<figcaption>${escaped(chart.title)}</figcaption></figure>`,
}

const row = (tag: 'th' | 'td', cells: readonly string[]) =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`

const STYLE = `body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .5rem;border-bottom:1px solid #ddd}
blockquote{border-left:3px solid #ddd;margin:1rem 0;padding-left:1rem}blockquote p{white-space:pre-wrap}
figure{margin:1rem 0}svg{max-width:100%;height:auto}`

/** A page that stands alone: no script runs in it, and nothing is fetched from elsewhere. */
export async function htmlOf({ title, blocks }: Document): Promise<string> {
  const body: string[] = []
  for (const block of blocks) body.push(await HTML[block.kind](block as never))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body.join('\n')}
</body>
</html>
`
}

/** For people: `2026-11-27 09:30 UTC`. */
export const atText = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** For people: `in progress`. */
export const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ')

/** `3 d 4 h 5 min`; null where nothing is known. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return '–'
  const minutes = Math.floor(seconds / 60)
  const parts = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ') || '0 min'
}
