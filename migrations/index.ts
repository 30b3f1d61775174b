import { Foundation1764000000001 } from './0001-foundation.js'
import { Installation1764000000002 } from './0002-installation.js'
import { OnCall1764000000003 } from './0003-oncall.js'
import { Notifications1764000000004 } from './0004-notifications.js'
import { Escalation1764000000005 } from './0005-escalation.js'
import { Heartbeat1764000000006 } from './0006-heartbeat.js'
import { Followers1764000000007 } from './0007-followers.js'
import { Sla1764000000008 } from './0008-sla.js'
import { Imports1764000000009 } from './0009-imports.js'
import { SelfService1764000000010 } from './0010-selfservice.js'
import { Deflection1764000000011 } from './0011-deflection.js'
import { NotificationIncident1764000000012 } from './0012-notification-incident.js'
import { Metrics1764000000013 } from './0013-metrics.js'
import { Knowledge1764000000014 } from './0014-knowledge.js'
import { ArticleSearch1764000000015 } from './0015-article-search.js'
import { ArticleInsight1764000000016 } from './0016-article-insight.js'
import { ArticleLinks1764000000017 } from './0017-article-links.js'
import { ArticleSources1764000000018 } from './0018-article-sources.js'

/** Every migration, in order. A landed one is never edited: the next change is the next number. */
export const MIGRATIONS = [
  Foundation1764000000001,
  Installation1764000000002,
  OnCall1764000000003,
  Notifications1764000000004,
  Escalation1764000000005,
  Heartbeat1764000000006,
  Followers1764000000007,
  Sla1764000000008,
  Imports1764000000009,
  SelfService1764000000010,
  Deflection1764000000011,
  NotificationIncident1764000000012,
  Metrics1764000000013,
  Knowledge1764000000014,
  ArticleSearch1764000000015,
  ArticleInsight1764000000016,
  ArticleLinks1764000000017,
  ArticleSources1764000000018,
]
