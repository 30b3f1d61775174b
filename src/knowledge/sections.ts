import type { RootContent } from 'hast'
import { toString } from 'hast-util-to-string'
import { HEADING, readTree } from './markdown.js'

/** The sections of a text: which it should have, by its template, and which have something in them. */

/** A section reaches until the next heading that is not below its own. */
interface Section {
  readonly heading: string
  readonly level: number
  filled: boolean
}

/** What only a picture or a line says, says something, too. */
const SAYS_WITHOUT_WORDS = new Set(['img', 'input', 'hr'])

const saysSomething = (node: RootContent): boolean =>
  node.type === 'text'
    ? node.value.trim() !== ''
    : node.type === 'element' && (SAYS_WITHOUT_WORDS.has(node.tagName) || node.children.some(saysSomething))

/** In order, as readers see them: what they do not see, such as a comment, fills nothing. */
function sectionsOf(markdown: string): Section[] {
  const sections: Section[] = []
  let open: Section[] = []
  for (const node of readTree(markdown).children) {
    if (node.type === 'element' && HEADING.test(node.tagName)) {
      const level = Number(node.tagName[1])
      const section = { heading: toString(node).trim(), level, filled: false }
      open = [...open.filter((outer) => outer.level < level), section]
      sections.push(section)
    } else if (saysSomething(node)) for (const section of open) section.filled = true
  }
  return sections
}

/** How headings are compared: `## Impact:` is `Impact`. */
export const sectionKey = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .replace(/^[\d.)\s]+/, '')
    .replace(/[\s:.?!]+$/, '')

/** The keys of all headings under which something stands, each once. */
export const filledSections = (markdown: string): string[] => [
  ...new Set(sectionsOf(markdown).flatMap(({ heading, filled }) => (filled ? sectionKey(heading) : []))),
]

export interface RequiredSection {
  readonly heading: string
  readonly key: string
}

/** What a template asks for: its headings of the second level; deeper ones are suggestions. */
export const requiredSections = (template: string): RequiredSection[] =>
  sectionsOf(template).flatMap(({ heading, level }) =>
    level === 2 && heading !== '' ? { heading, key: sectionKey(heading) } : [],
  )
