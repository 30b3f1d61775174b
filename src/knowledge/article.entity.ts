import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { ArticleAudience } from '../access/rules.js'
import type { ActorKind } from '../platform/actor.js'
import type { ArticleVersion } from './article-version.js'
import type { Article, ArticleKind, ArticleStatus } from './article.js'

@Entity('articles')
export class ArticleEntity implements Article {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'integer', update: false }) number: number
  @Column({ type: 'text' }) kind: ArticleKind
  @Column({ type: 'text' }) status: ArticleStatus
  @Column({ type: 'text' }) title: string
  @Column({ type: 'text' }) language: string
  @Column({ type: 'text' }) audience: ArticleAudience
  @Column({ type: 'text', nullable: true }) teamId: string | null
  @Column({ type: 'text', nullable: true }) ownerId: string | null
  @Column({ type: 'text', nullable: true }) categoryId: string | null
  @Column({ type: 'text', array: true }) tags: string[]
  @Column({ type: 'text', array: true }) serviceIds: string[]
  @Column({ type: 'text', array: true }) alertNames: string[]
  @Column({ type: 'text', array: true }) runbookUrls: string[]
  @Column({ type: 'timestamptz', nullable: true }) reviewAt: Date | null
  @Column({ type: 'integer' }) latestVersion: number
  @Column({ type: 'integer', nullable: true }) publishedVersion: number | null
  @Column({ type: 'timestamptz', nullable: true }) publishedAt: Date | null
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}

@Entity('article_versions')
export class ArticleVersionEntity implements ArticleVersion {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) articleId: string
  @Column({ type: 'integer' }) number: number
  @Column({ type: 'text' }) title: string
  @Column({ type: 'text' }) body: string
  @Column({ type: 'text', nullable: true }) note: string | null
  @Column({ type: 'text' }) authorKind: ActorKind
  @Column({ type: 'text' }) authorId: string
  @Column({ type: 'timestamptz' }) createdAt: Date
  /** Worked out once, because it never changes; null where it was written before that was done. */
  @Column({ type: 'text', array: true, nullable: true }) sections: string[] | null
}
