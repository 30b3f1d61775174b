import { attachFile } from '../knowledge/attachment-file.commands.js'
import { UploadRefused } from '../knowledge/attachment.upload.js'
import { createArticle, updateArticle } from '../knowledge/article.commands.js'
import type { ArticleText } from '../knowledge/article-version.js'
import type { Article, ArticleFields, ArticleSketch } from '../knowledge/article.js'
import { findArticle, findVersion } from '../knowledge/article.queries.js'
import { categoryAt } from '../knowledge/category.commands.js'
import { publishLatest, reinstateArticle } from '../knowledge/publication.commands.js'
import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { type Said, merge, sha256, textKey } from './article-source.js'
import { findSource, saveSource } from './article-source.store.js'
import type { PictureFile } from './markdown-text.js'

/** One file, in one transaction: its article, what it says, its files, and that they come from here. */

export interface FileImport extends ArticleText {
  readonly source: string
  readonly path: string
  /** With the names looked up; the category is made where it is missing. */
  readonly fields: Partial<ArticleFields>
  readonly category: readonly string[] | undefined
  /** What a new article is, where the file does not say it. */
  readonly otherwise: Pick<ArticleSketch, 'kind' | 'audience' | 'language'> & { readonly category?: readonly string[] }
  readonly isDraft: boolean
  readonly pictures: readonly PictureFile[]
  /** The version that the article had when an export wrote the file. */
  readonly version: number | null
  readonly force: boolean
}

export enum Outcome {
  CREATED = 'created',
  UPDATED = 'updated',
  UNCHANGED = 'unchanged',
  CONFLICT = 'in conflict',
  FAILED = 'failed',
  PASSED_OVER = 'passed over',
  MISSING = 'missing',
  ARCHIVED = 'archived',
}

export interface Taken {
  readonly outcome: Outcome
  readonly notes: readonly string[]
}

/** Errors: those of the commands of an article. */
export const importFile = (ctx: Context, file: FileImport): Promise<Taken> =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'knowledge.configure')
    const { articleId } = (await findSource(ctx, file.source, file.path))!
    await ctx.db.lock(articleId)
    const known = (await findSource(ctx, file.source, file.path))! // as it is now that nobody else imports it
    const article = await findArticle(ctx.db, articleId)
    const pictures = file.pictures.map(({ fileName, sha256 }) => [fileName, sha256])
    const categoryId = file.category && (await categoryAt(ctx, file.category))
    const fields = { ...file.fields, ...(categoryId !== undefined && { categoryId }) }
    const said: Said = { fields, text: textKey(file), isDraft: file.isDraft }
    const hash = sha256(JSON.stringify([said, pictures]))
    if (article && hash === known.hash && !file.force) return { outcome: Outcome.UNCHANGED, notes: [] }
    if (!article) {
      const { title, body, otherwise } = file
      const category = !file.category && otherwise.category && { categoryId: await categoryAt(ctx, otherwise.category) }
      await createArticle(ctx, { ownerId: null, ...otherwise, ...category, ...fields, title, body }, articleId)
      const { notes } = await attach(ctx, articleId, file)
      if (!file.isDraft) await publishLatest(ctx, { id: articleId })
      await saveSource(ctx, file.source, file.path, hash, said)
      return { outcome: Outcome.CREATED, notes }
    }
    const current = { article, ...(await textsOf(ctx, article)) }
    const asked = { force: file.force, isFresh: !known.said && file.version === article.version }
    const { takesText, publishes, reinstates, conflicts, ...merged } = merge(known, said, current, asked)
    if (conflicts.length > 0) return { outcome: Outcome.CONFLICT, notes: [conflictOf(conflicts)] }
    if (reinstates) await reinstateArticle(ctx, { id: articleId })
    const { notes, attached } = await attach(ctx, articleId, file)
    const text = takesText && { title: file.title, body: file.body, note: `From ${file.path}`.slice(0, 500) }
    const changes = takesText || Object.keys(merged.fields).length > 0
    if (changes) await updateArticle(ctx, { id: articleId, ...merged.fields, ...text })
    if (publishes) await publishLatest(ctx, { id: articleId })
    await saveSource(ctx, file.source, file.path, hash, said)
    const isUpdated = changes || publishes || reinstates || attached > 0
    return { outcome: isUpdated ? Outcome.UPDATED : Outcome.UNCHANGED, notes }
  })

const conflictOf = (names: readonly string[]): string =>
  names.includes('status') ? 'it was archived here' : `changed here, too: ${names.join(', ')}`

/** What its readers read, and what was last written of it. */
async function textsOf({ db }: Context, { id, publishedVersion, latestVersion }: Article) {
  const latest = textKey((await findVersion(db, id, latestVersion))!)
  const isLatest = publishedVersion === null || publishedVersion === latestVersion
  return { latestText: latest, text: isLatest ? latest : textKey((await findVersion(db, id, publishedVersion))!) }
}

async function attach(ctx: Context, articleId: string, { pictures }: FileImport) {
  const notes: string[] = []
  let attached = 0
  for (const { address, ...file } of pictures)
    try {
      if (await attachFile(ctx, articleId, file)) attached++
    } catch (error) {
      // The article is worth having without it.
      if (!(error instanceof UploadRefused) && !(error instanceof UserError && error.code === ErrorCode.BAD_USER_INPUT))
        throw error
      notes.push(`${address} is not loaded: ${error.message}`)
    }
  return { notes, attached }
}
