import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { ArticleKind } from './article.js'
import type { Template } from './template.js'

@Entity('article_templates')
export class TemplateEntity implements Template {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text' }) name: string
  @Column({ type: 'text' }) kind: ArticleKind
  @Column({ type: 'text' }) language: string
  @Column({ type: 'text' }) body: string
  @Column({ type: 'boolean' }) archived: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
