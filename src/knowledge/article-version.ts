import { FILE_HEADERS_ONLY, createTwoFilesPatch } from 'diff'
import type { ActorKind } from '../platform/actor.js'
import { badInput } from '../platform/errors.js'
import { text } from '../platform/input.js'
import { mustBeShowable } from './markdown.js'

/** What an article said at one time. A change is a new version; going back to an old one is a new version, too. */

export interface ArticleText {
  readonly title: string
  /** Markdown: GitHub's flavour. */
  readonly body: string
}

export interface ArticleVersion extends ArticleText {
  readonly id: string
  readonly articleId: string
  /** From 1. */
  readonly number: number
  readonly note: string | null
  readonly authorKind: ActorKind
  readonly authorId: string
  readonly createdAt: Date
}

/** Some 60 printed pages. Whatever is longer is several articles. */
export const LONGEST_BODY = 200_000

export const articleTitle = (title: string): string => text('title', title.replaceAll(/\s+/g, ' '), { maximum: 300 })

/** Line ends become those of Unix, so that versions from different editors can be compared. Errors: BAD_USER_INPUT. */
export function articleBody(body: string): string {
  const clean = body.replaceAll(/\r\n?/g, '\n').replaceAll('\0', '')
  if (clean.length > LONGEST_BODY)
    throw badInput(
      'body',
      `Must have at most ${LONGEST_BODY.toLocaleString('en')} characters; this has ${clean.length.toLocaleString('en')}. Split it into several articles.`,
    )
  mustBeShowable('body', clean)
  return `${clean.trim()}\n`
}

/** How the second differs from the first: a unified diff, empty where nothing is different. */
export function differenceOf(from: ArticleVersion, to: ArticleVersion): string {
  if (from.title === to.title && from.body === to.body) return ''
  const [name, otherName] = [from, to].map(({ number }) => `version ${number}`) as [string, string]
  const [text, otherText] = [from, to].map(({ title, body }) => `# ${title}\n\n${body}`) as [string, string]
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY, timeout: PATIENCE }
  return (
    createTwoFilesPatch(name, otherName, text, otherText, undefined, undefined, options) ?? ALL_NEW(name, otherName)
  )
}

/** Two long texts that have nothing in common would keep the server busy. */
const PATIENCE = 500 // milliseconds

const ALL_NEW = (name: string, otherName: string) =>
  `--- ${name}\n+++ ${otherName}\n@@ They have too little in common to compare them line by line. @@\n`
