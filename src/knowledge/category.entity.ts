import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Category } from './category.js'

@Entity('article_categories')
export class CategoryEntity implements Category {
  @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'text', nullable: true }) parentId: string | null
  @Column({ type: 'text' }) name: string
  @Column({ type: 'timestamptz' }) createdAt: Date
  @Column({ type: 'timestamptz' }) updatedAt: Date
  @Column({ type: 'integer' }) version: number
}
