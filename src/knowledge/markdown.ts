import GithubSlugger from 'github-slugger'
import type { Element, Root } from 'hast'
import { fromHtml } from 'hast-util-from-html'
import { defaultSchema, sanitize } from 'hast-util-sanitize'
import { toHtml } from 'hast-util-to-html'
import { toString } from 'hast-util-to-string'
import { LRUCache } from 'lru-cache'
import MarkdownIt from 'markdown-it'
import { visit } from 'unist-util-visit'
import { badInput } from '../platform/errors.js'

/**
 * Markdown, GitHub's flavour, as people and as the search read it. What it shows is HTML without anything that acts:
 * scripts, styles, frames, handlers and addresses other than of the web and of mail are taken out, by an allow list.
 */

/** Quotes in quotes and lists in lists: what lies deeper than this is left out, and nobody could read it. */
const DEEPEST = 40

export const markdown = new MarkdownIt({ html: true, linkify: true, maxNesting: DEEPEST })
markdown.linkify.set({ fuzzyLink: false }) // `install.sh` is no address

export const HEADING = /^h[1-6]$/
/** A link to a part of this article, or of another. */
const TO_HEADING = /^(article:[^#]*)?#/

/** Set before every id, so that none takes the name of something in the page around it. */
const PREFIX = 'article-'

/** `attachment:plan.png` is a file of the article; where it is found is known only when the text is shown. */
const ATTACHMENT = 'attachment'
/** `article:art_…#part` is another article, wherever whoever shows the text shows that. */
const ARTICLE = 'article'
const PROTOCOLS = defaultSchema.protocols!

/** What may be shown. Headings can be linked to by their words, as on GitHub. */
export function readTree(body: string): Root {
  const tree = sanitize(fromHtml(markdown.render(body), { fragment: true }), {
    ...defaultSchema,
    clobberPrefix: PREFIX,
    protocols: { ...PROTOCOLS, href: [...PROTOCOLS.href!, ATTACHMENT, ARTICLE], src: [...PROTOCOLS.src!, ATTACHMENT] },
    strip: ['script', 'style'], // with what is in them, rather than show that
  }) as Root
  const slugger = new GithubSlugger()
  visit(tree, 'element', (element) => {
    const { tagName, properties } = element
    if (HEADING.test(tagName)) properties['id'] = PREFIX + slugger.slug(toString(element))
    const { href } = properties
    if (typeof href === 'string') properties['href'] = href.replace(TO_HEADING, `$1#${PREFIX}`)
    if (tagName === 'li') tick(element)
  })
  return tree
}

const TASK = /^\[([ xX])\]\s+/

/** `- [x] done` shows a box that is ticked. */
function tick(item: Element): void {
  const first = item.children[0]
  const place = first?.type === 'element' && first.tagName === 'p' ? first : item
  const text = place.children[0]
  const task = text?.type === 'text' ? TASK.exec(text.value) : null
  if (!task || text?.type !== 'text') return
  text.value = ` ${text.value.slice(task[0].length)}`
  const properties = { type: 'checkbox', disabled: true, checked: task[1] !== ' ' }
  place.children.unshift({ type: 'element', tagName: 'input', properties, children: [] })
}

const kept = new LRUCache<string, string>({
  maxSize: 32 * 1024 * 1024,
  sizeCalculation: ({ length }) => 2 * length + 1,
})

/** HTML that is safe to show. @param key tells the text from every other, so that it is made once */
export function htmlOf(key: string, body: string): string {
  let html = kept.get(key)
  if (html === undefined) kept.set(key, (html = toHtml(readTree(body)).trim()))
  return html
}

export interface PlainText {
  readonly headings: readonly string[]
  /** All but the headings, without any mark-up. */
  readonly body: string
}

/** What stands in it, for searching: what cannot be seen cannot be found. */
export function plainTextOf(markdown: string): PlainText {
  const headings: string[] = []
  const body: string[] = []
  for (const node of readTree(markdown).children) {
    if (node.type === 'element' && HEADING.test(node.tagName)) headings.push(spaced(node))
    else if (node.type === 'element') body.push(spaced(node))
    else if (node.type === 'text' && node.value.trim() !== '') body.push(node.value.trim())
  }
  return { headings, body: body.join('\n') }
}

/** Errors: BAD_USER_INPUT for HTML in it that lies too deep to be shown. */
export function mustBeShowable(field: string, body: string): void {
  try {
    toHtml(readTree(body))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw badInput(field, 'The HTML in it lies too deep in itself to be shown.')
  }
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
