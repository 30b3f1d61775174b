import { type AccessFacts, ArticleAudience, NO_FACTS } from '../access/rules.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import { text } from '../platform/input.js'

/**
 * A piece of knowledge. What it says is kept in versions, which never change; the article is what they have in common:
 * what kind it is, whom it is for, what it is about, who looks after it, and how far its latest version has come. While a
 * new version is written and reviewed, readers go on with the one that was published.
 */

export enum ArticleKind {
  HOW_TO = 'HOW_TO',
  RUNBOOK = 'RUNBOOK',
  KNOWN_ERROR = 'KNOWN_ERROR',
  FAQ = 'FAQ',
  POLICY = 'POLICY',
}

export enum ArticleStatus {
  DRAFT = 'DRAFT',
  IN_REVIEW = 'IN_REVIEW',
  APPROVED = 'APPROVED',
  PUBLISHED = 'PUBLISHED',
  ARCHIVED = 'ARCHIVED',
}

export interface Article {
  id: string
  number: number
  kind: ArticleKind
  status: ArticleStatus
  /** Of the published version; of the latest while none is. */
  title: string
  language: string
  audience: ArticleAudience
  teamId: string | null
  ownerId: string | null
  categoryId: string | null
  tags: string[]
  serviceIds: string[]
  alertNames: string[]
  runbookUrls: string[]
  reviewAt: Date | null
  latestVersion: number
  publishedVersion: number | null
  publishedAt: Date | null
  createdAt: Date
  updatedAt: Date
  version: number
}

/** The lifecycle. A status not listed under another cannot follow it. */
const NEXT: Record<ArticleStatus, readonly ArticleStatus[]> = {
  DRAFT: [ArticleStatus.IN_REVIEW, ArticleStatus.ARCHIVED],
  IN_REVIEW: [ArticleStatus.APPROVED, ArticleStatus.DRAFT, ArticleStatus.ARCHIVED],
  APPROVED: [ArticleStatus.PUBLISHED, ArticleStatus.DRAFT, ArticleStatus.ARCHIVED],
  PUBLISHED: [ArticleStatus.DRAFT, ArticleStatus.ARCHIVED],
  ARCHIVED: [ArticleStatus.DRAFT],
}

/** Errors: INVALID_TRANSITION. */
export function mayBecome({ status }: Pick<Article, 'status'>, next: ArticleStatus): void {
  if (!NEXT[status].includes(next))
    throw new UserError(ErrorCode.INVALID_TRANSITION, `An article that is ${status} cannot become ${next}.`, 'id')
}

/** Errors: INVALID_TRANSITION. */
export function mustBe({ status }: Pick<Article, 'status'>, wanted: ArticleStatus): void {
  if (status !== wanted)
    throw new UserError(ErrorCode.INVALID_TRANSITION, `The article is ${status}, not ${wanted}.`, 'id')
}

/** Errors: INVALID_TRANSITION. */
export function mayBeWritten({ status }: Pick<Article, 'status'>): void {
  if (status === ArticleStatus.ARCHIVED)
    throw new UserError(ErrorCode.INVALID_TRANSITION, 'The article is archived: reinstate it first.', 'id')
}

/** Errors: CONFLICT when it has changed since. */
export function mustHaveVersion({ version }: Pick<Article, 'version'>, expected: number | null | undefined): void {
  if (typeof expected === 'number' && expected !== version)
    throw new UserError(
      ErrorCode.CONFLICT,
      `The article has changed: it has version ${version}, not ${expected}.`,
      'expectedVersion',
    )
}

/** What the access rules look at. */
export const factsOfArticle = (
  article: Pick<Article, 'audience' | 'teamId' | 'ownerId' | 'serviceIds' | 'publishedVersion'>,
): AccessFacts => ({
  ...NO_FACTS,
  visibility: article.audience,
  teamId: article.teamId,
  reporterId: article.ownerId,
  serviceIds: article.serviceIds,
  published: article.publishedVersion !== null,
})

/** Everything about an article but what it says. Left out, a field stays; null takes it away where it may be missing. */
export interface ArticleSketch {
  readonly kind?: ArticleKind | null
  readonly language?: string | null
  readonly audience?: ArticleAudience | null
  readonly teamId?: string | null
  readonly ownerId?: string | null
  readonly categoryId?: string | null
  readonly tags?: readonly string[] | null
  readonly serviceIds?: readonly string[] | null
  readonly alertNames?: readonly string[] | null
  readonly runbookUrls?: readonly string[] | null
  readonly reviewAt?: Date | null
}

export type ArticleFields = Pick<Article, keyof ArticleSketch & keyof Article>

/** How many an article has of each, and how long they are. */
export const LIST = { maximum: 50 }
export const ALERT_NAME = { maximum: 200 }
export const RUNBOOK_URL = { maximum: 2_000 }

/** Each once, in order. */
function list(field: string, values: readonly string[], clean: (field: string, value: string) => string): string[] {
  if (values.length > LIST.maximum) throw badInput(field, `Name at most ${LIST.maximum}, not ${values.length}.`)
  return [...new Set(values.map((value, index) => clean(`${field}.${index}`, value)))]
}

const tag = (field: string, value: string) => text(field, value, { maximum: 60 }).toLowerCase()
const alertName = (field: string, value: string) => text(field, value, ALERT_NAME)
const id = (field: string, value: string) => text(field, value, { maximum: 40 })

function runbookUrl(field: string, value: string): string {
  const url = text(field, value, RUNBOOK_URL)
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw badInput(field, 'Must be an http or https address.')
  return url
}

/** A BCP 47 tag such as `en` or `de-AT`, in its usual spelling. */
export function languageTag(field: string, value: string): string {
  try {
    return Intl.getCanonicalLocales(text(field, value, { maximum: 35 }))[0]!
  } catch (error) {
    if (error instanceof UserError) throw error
    throw badInput(field, `Must be a language tag such as en or de-AT, not ${JSON.stringify(value)}.`)
  }
}

/** Errors: BAD_USER_INPUT that names the field. */
export function articleFields(sketch: ArticleSketch): Partial<ArticleFields> {
  const { kind, language, audience, teamId, ownerId, categoryId, reviewAt } = sketch
  const fields: Partial<ArticleFields> = {}
  if (kind) fields.kind = kind
  if (audience) fields.audience = audience
  if (language) fields.language = languageTag('language', language)
  if (teamId !== undefined) fields.teamId = teamId
  if (ownerId !== undefined) fields.ownerId = ownerId
  if (categoryId !== undefined) fields.categoryId = categoryId
  if (reviewAt !== undefined) fields.reviewAt = reviewAt
  if (sketch.tags !== undefined) fields.tags = list('tags', sketch.tags ?? [], tag)
  if (sketch.serviceIds !== undefined) fields.serviceIds = list('serviceIds', sketch.serviceIds ?? [], id)
  if (sketch.alertNames !== undefined) fields.alertNames = list('alertNames', sketch.alertNames ?? [], alertName)
  if (sketch.runbookUrls !== undefined) fields.runbookUrls = list('runbookUrls', sketch.runbookUrls ?? [], runbookUrl)
  return fields
}

/** For the organisation's own people, in English, unless it is said otherwise. */
export const newArticleFields = (sketch: ArticleSketch): ArticleFields => ({
  ...{ kind: ArticleKind.HOW_TO, language: 'en', audience: ArticleAudience.INTERNAL },
  ...{ teamId: null, ownerId: null, categoryId: null, reviewAt: null },
  ...{ tags: [], serviceIds: [], alertNames: [], runbookUrls: [] },
  ...articleFields(sketch),
})

/** Errors: BAD_USER_INPUT when it is for a team, and there is none. */
export function audienceFits({ audience, teamId }: Pick<Article, 'audience' | 'teamId'>): void {
  if (audience === ArticleAudience.TEAM && teamId === null)
    throw badInput('teamId', 'Name the team that the article is for.')
}

/** Of values of fields: dates, texts and lists of texts. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The fields that are not as they were. */
export const changedFields = (before: Article, fields: Partial<ArticleFields>): Partial<ArticleFields> =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isSame(value, before[name as keyof Article])))
