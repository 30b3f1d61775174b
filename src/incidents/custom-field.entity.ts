import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { CustomField, CustomFieldKind } from './custom-field.js'

@Entity('custom_field_definitions')
export class CustomFieldEntity implements CustomField {
  @PrimaryColumn({ type: 'text' }) key: string
  @Column({ type: 'text' }) label: string
  @Column({ type: 'text' }) kind: CustomFieldKind
  @Column({ type: 'text', array: true }) options: string[]
  @Column({ type: 'boolean' }) active: boolean
  @Column({ type: 'timestamptz' }) createdAt: Date
}
