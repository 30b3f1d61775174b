import { PAGE_DISCLOSURES } from './escalation/page.notification.js'
import { statusUpdateDisclosure } from './incidents/status-update.notification.js'
import { articleDisclosure } from './knowledge/article.notification.js'
import type { Disclosure } from './notifications/disclosure.js'
import { requestDisclosure } from './selfservice/request.notification.js'
import { slaDisclosure } from './sla/sla-record.notification.js'

/** What is asked again before people are told of it. */
export const DISCLOSURES: readonly Disclosure[] = [
  articleDisclosure,
  requestDisclosure,
  slaDisclosure,
  statusUpdateDisclosure,
  ...PAGE_DISCLOSURES,
]
