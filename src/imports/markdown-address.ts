import type { Html, Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'

/**
 * Exchanges where links and pictures of a Markdown text lead, and leaves every other character as it stands. Code is left
 * alone, as are addresses that are written out as text.
 */

/** @param exchange answers the new address; null to leave it */
export function exchangeAddresses(markdown: string, exchange: (address: string) => string | null): string {
  if (!/[\]<]/.test(markdown)) return markdown
  const changes: { readonly from: number; readonly to: number; readonly text: string }[] = []
  visit(fromMarkdown(markdown) as Root, (node) => {
    for (const { from, to, address, write } of addressesIn(markdown, node)) {
      const next = exchange(address)
      if (next !== null && next !== address) changes.push({ from, to, text: write(next) })
    }
  })
  // From the end, so that what is still to be exchanged stays where it was. A picture may lie in a link.
  return changes
    .sort((a, b) => b.from - a.from)
    .reduce((text, change) => text.slice(0, change.from) + change.text + text.slice(change.to), markdown)
}

interface Place {
  readonly from: number
  readonly to: number
  readonly address: string
  readonly write: (address: string) => string
}

function addressesIn(markdown: string, node: Nodes): Place[] {
  const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0]
  if (node.type === 'html') return inHtml(node, start)
  if (node.type !== 'link' && node.type !== 'image' && node.type !== 'definition') return []
  const source = markdown.slice(start, end)
  if (!/^!?\[/.test(source)) return [] // written out: <https://…>
  const lastChild = node.type === 'link' ? node.children.at(-1)?.position?.end.offset : undefined
  const before =
    node.type === 'definition'
      ? source.indexOf(']:')
      : lastChild === undefined
        ? source.lastIndexOf('](')
        : source.indexOf('](', lastChild - start)
  if (before < 0) return []
  const written = /^\s*(<[^<>\n]*>|[^\s<][^\s]*)?/.exec(source.slice(before + 2))!
  const raw = node.type === 'definition' ? (written[1] ?? '') : balanced(written[1] ?? '')
  if (raw === '') return []
  const from = start + before + 2 + written[0].length - written[1]!.length
  return [
    { from, to: from + raw.length, address: node.url, write: (next) => (/[\s()]/.test(next) ? `<${next}>` : next) },
  ]
}

/** Up to the parenthesis that closes the link. */
function balanced(raw: string): string {
  if (raw.startsWith('<')) return raw
  let depth = 0
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') at++
    else if (raw[at] === '(') depth++
    else if (raw[at] === ')' && depth-- === 0) return raw.slice(0, at)
  }
  return raw
}

const ATTRIBUTE = /(\s(?:href|src)\s*=\s*)("[^"]*"|'[^']*')/gi

const inHtml = ({ value }: Html, start: number): Place[] =>
  [...value.matchAll(ATTRIBUTE)].map((match) => {
    const from = start + match.index + match[1]!.length
    const quote = match[2]![0]!
    const address = match[2]!.slice(1, -1).replaceAll('&amp;', '&')
    return {
      ...{ from, to: from + match[2]!.length, address },
      write: (next) => `${quote}${next.replaceAll('&', '&amp;').replaceAll(quote, encodeURIComponent(quote))}${quote}`,
    }
  })
