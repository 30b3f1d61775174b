import type { Element, Root } from 'hast'
import { toString } from 'hast-util-to-string'
import { LRUCache } from 'lru-cache'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { type Processor, unified } from 'unified'

/**
 * Markdown, GitHub's flavour, as people and as the search read it. What it shows is HTML without anything that acts:
 * scripts, styles, frames, handlers and addresses other than of the web and of mail are taken out, by an allow list.
 */

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw)

const cleaner = parser().use(rehypeSanitize, {
  ...defaultSchema,
  // Headings keep an id of their own, prefixed, so that a page can be linked into and no script's name is taken.
  clobberPrefix: 'article-',
})

const printer = cleaner().use(rehypeStringify) as unknown as Processor<Root, Root, Root, Root, string>

const kept = new LRUCache<string, string>({
  maxSize: 32 * 1024 * 1024,
  sizeCalculation: ({ length }) => 2 * length + 1,
})

/** HTML that is safe to show. @param key tells the text from every other, so that it is made once */
export function htmlOf(key: string, markdown: string): string {
  let html = kept.get(key)
  if (html === undefined) kept.set(key, (html = String(printer.processSync(markdown))))
  return html
}

export interface PlainText {
  readonly headings: readonly string[]
  /** All but the headings, without any mark-up. */
  readonly body: string
}

const HEADING = /^h[1-6]$/

/** What stands in it, for searching: what cannot be seen cannot be found. */
export function plainTextOf(markdown: string): PlainText {
  const tree = cleaner.runSync(cleaner.parse(markdown)) as unknown as Root
  const headings: string[] = []
  const body: string[] = []
  for (const node of tree.children) {
    if (node.type === 'element' && HEADING.test(node.tagName)) headings.push(spaced(node))
    else if (node.type === 'element') body.push(spaced(node))
    else if (node.type === 'text' && node.value.trim() !== '') body.push(node.value)
  }
  return { headings, body: body.join('\n') }
}

/** Cells and items would run into each other without a space between them. */
const BLOCK = /^(p|li|td|th|tr|pre|div|dt|dd|blockquote|h[1-6]|br)$/

function spaced(element: Element): string {
  if (element.tagName === 'pre') return toString(element)
  return element.children
    .map((child) => {
      if (child.type === 'text') return child.value
      if (child.type !== 'element') return ''
      return BLOCK.test(child.tagName) ? `${spaced(child)}\n` : spaced(child)
    })
    .join('')
    .trim()
}
