import { Audience } from '../events/audience.js'
import type { LogEvent, NewEvent } from '../events/event-log.js'
import type { Page } from './page.js'

/** What can happen to a page. Each event carries the page as it was left. */
export enum PageEventType {
  OPENED = 'page.opened',
  ACKNOWLEDGED = 'page.acknowledged',
  ENDED = 'page.ended',
  UNDELIVERABLE = 'page.undeliverable',
}

export interface PageEventPayload {
  readonly page: Page
}

export type PageLogEvent = LogEvent & { readonly type: PageEventType; readonly payload: PageEventPayload }

export const isPageEvent = (event: LogEvent): event is PageLogEvent => event.type.startsWith('page.')

export const pageEvent = (type: PageEventType, page: Page): NewEvent => ({
  type,
  subject: page.id,
  incidentId: page.incidentId,
  audience: Audience.INTERNAL,
  payload: { page } satisfies PageEventPayload,
})
