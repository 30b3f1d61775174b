import type { ArticleKind } from './article.js'

/** What articles of a kind begin with, and the sections that they should have: its headings of the second level. */
export interface Template {
  id: string
  name: string
  kind: ArticleKind
  language: string
  /** Markdown. Hints stand in comments, which readers never see. */
  body: string
  archived: boolean
  createdAt: Date
  updatedAt: Date
  version: number
}

export const TEMPLATE_NAME = { maximum: 100 }

/** They are read whole, so there is an end to them. */
export const MAXIMUM_TEMPLATES = 200
