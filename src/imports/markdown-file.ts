import { LineCounter, parseDocument } from 'yaml'
import { ArticleAudience } from '../access/rules.js'
import { articleBody } from '../knowledge/article-version.js'
import { ArticleKind, ArticleStatus } from '../knowledge/article.js'
import { plainTextOf } from '../knowledge/markdown.js'
import { badInput } from '../platform/errors.js'

/**
 * A Markdown file as an article: what its front matter says of it, and what it says. Everything in front matter may be
 * left out, and what other tools write there is passed over. What cannot be understood is told, and taken as not said;
 * but nothing is shown to more people than the file asks for.
 */

/** As the file names things; they are looked up elsewhere. */
export interface MarkdownFile {
  readonly title: string
  readonly body: string
  /** Of an article that an export wrote. */
  readonly id: string | null
  readonly version: number | null
  readonly kind?: ArticleKind
  readonly audience?: ArticleAudience
  readonly language?: string
  readonly category?: readonly string[]
  readonly tags?: readonly string[]
  readonly owner?: string
  readonly team?: string
  readonly services?: readonly string[]
  readonly alertNames?: readonly string[]
  readonly runbookUrls?: readonly string[]
  readonly reviewAt?: Date
  readonly isDraft: boolean
  /** What was not understood. */
  readonly notes: readonly string[]
}

/** Errors: BAD_USER_INPUT with the reason why it cannot be read. */
export function readMarkdownFile(path: string, text: string): MarkdownFile {
  const { fields, body: rest, isTemplate } = separate(text.replaceAll(/\r\n?/g, '\n'))
  const body = articleBody(rest)
  const notes: string[] = isTemplate ? ['its front matter is a template, and is not read: it is kept as a draft'] : []
  const note = (words: string): undefined => void notes.push(words)
  const list = (name: string) => readList(fields[name], (why) => note(`${name}: ${why}`))
  const one = (name: string) => {
    const value = fields[name]
    if (value === null || value === undefined) return undefined
    if (typeof value === 'object') return note(`${name}: must be one word or text`)
    return String(value).trim() || undefined
  }
  const among = <T extends string>(name: string, values: Record<string, T>): T | undefined => {
    const value = one(name)
    if (value === undefined) return undefined
    const found = Object.values(values).find((known) => known === value.toUpperCase().replaceAll(/[\s-]+/g, '_'))
    return found ?? note(`${name}: ${JSON.stringify(value)} is none of ${Object.values(values).join(', ')}`)
  }
  const audience = among('audience', ArticleAudience)
  if (audience === undefined && one('audience')) throw badInput('audience', notes.at(-1)!)
  const status = among('status', ArticleStatus)
  const title = one('title') ?? headingOf(body) ?? titleOf(path)
  const category = Array.isArray(fields['category']) ? list('category') : one('category')?.split('/')
  const version = Number(one('version'))
  return definedOnly({
    ...{
      title,
      body: withoutTitle(body, title),
      id: one('id') ?? null,
      version: Number.isInteger(version) ? version : null,
    },
    ...{ kind: among('kind', ArticleKind), audience, language: one('language') },
    category: category?.map((name) => name.trim()).filter((name) => name !== ''),
    tags: list('tags'),
    ...{ owner: one('owner'), team: one('team') },
    services: list('service') ?? list('services'),
    ...{ alertNames: list('alerts'), runbookUrls: list('runbookUrls') },
    reviewAt: readDate(one('reviewBy'), (why) => note(`reviewBy: ${why}`)),
    isDraft:
      isTemplate || fields['draft'] === true || (one('status') !== undefined && status !== ArticleStatus.PUBLISHED),
    notes,
  })
}

const definedOnly = <T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

const BEGINS = /^---[ \t]*\n/
const MATTER = /^---[ \t]*\n([^]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|$)/

/** Hugo fills such fields in: until then they need not be YAML. */
const FILLED_IN = /\{\{.*\}\}/

function separate(text: string): { fields: Record<string, unknown>; body: string; isTemplate: boolean } {
  if (/^\+\+\+[ \t]*\n/.test(text))
    throw badInput('front matter', 'its front matter is TOML: write it as YAML, between lines of ---')
  if (!BEGINS.test(text)) return { fields: {}, body: text, isTemplate: false }
  const [whole, matter] = MATTER.exec(text) ?? []
  if (whole === undefined) throw badInput('front matter', 'its front matter begins with --- and does not end')
  const isTemplate = FILLED_IN.test(matter!) && parseDocument(matter!).errors.length > 0
  return { fields: isTemplate ? {} : readFields(matter!), body: text.slice(whole.length), isTemplate }
}

function readFields(matter: string): Record<string, unknown> {
  const lines = new LineCounter()
  const document = parseDocument(matter, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error)
    throw badInput(
      'front matter',
      `its front matter is broken in line ${lines.linePos(error.pos[0]).line + 1}: ${error.message}`,
    )
  let fields: unknown
  try {
    fields = document.toJS() ?? {}
  } catch (error) {
    throw badInput('front matter', `its front matter cannot be read: ${String((error as Error).message)}`)
  }
  if (typeof fields !== 'object' || Array.isArray(fields))
    throw badInput('front matter', 'its front matter is not a list of fields')
  return fields as Record<string, unknown>
}

function readList(value: unknown, note: (why: string) => undefined): string[] | undefined {
  if (value === null || value === undefined) return undefined
  const values: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value]
  if (values.some((one) => typeof one === 'object')) return note('must be a list of words')
  return values.map((one) => String(one).trim()).filter((one) => one !== '')
}

function readDate(value: string | undefined, note: (why: string) => undefined): Date | undefined {
  if (value === undefined) return undefined
  const date = /^\d{4}-\d\d-\d\d($|T)/.test(value) ? new Date(value) : new Date(NaN)
  return Number.isNaN(+date) ? note(`${JSON.stringify(value)} is no date such as 2027-03-31`) : date
}

const FIRST_LINE = /^\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|$)/

const headingOf = (body: string): string | undefined =>
  plainTextOf(FIRST_LINE.exec(body)?.[0] ?? body)
    .headings.find((heading) => heading.trim() !== '')
    ?.trim()

/** A text that begins with its own title says it twice. */
function withoutTitle(body: string, title: string): string {
  const [line, heading] = FIRST_LINE.exec(body) ?? []
  const isTitle = line !== undefined && (heading === title || headingOf(line) === title)
  return isTitle ? body.slice(line.length) : body
}

const FOR_A_FOLDER = /^(_?index|readme)$/i

/** `oncall/being_oncall.md` is “Being oncall”. */
function titleOf(path: string): string {
  const names = path.replace(/\.md$/i, '').split('/')
  const name = FOR_A_FOLDER.test(names.at(-1)!) ? (names.at(-2) ?? names.at(-1)!) : names.at(-1)!
  const words = name.replaceAll(/[-_\s]+/g, ' ').trim()
  return words === '' ? name : words[0]!.toUpperCase() + words.slice(1)
}

/** What it probably is, where nobody has said so; undefined where that is not plain to see. */
export function probableKind({ title, body, alertNames }: MarkdownFile): ArticleKind | undefined {
  const { headings } = plainTextOf(body)
  if (alertNames?.length || headings.some((heading) => /^(diagnosis|mitigation)\b/i.test(heading)))
    return ArticleKind.RUNBOOK
  if (/\bFAQ\b|frequently asked questions/i.test(title)) return ArticleKind.FAQ
  return undefined
}
