import { allows } from '../access/rules.js'
import { signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import type { Disclosure } from '../notifications/disclosure.js'
import { type NewNotification, NotificationKind, NotificationUrgency } from '../notifications/notification.js'
import { byId } from '../platform/loader.js'
import type { ArticleVersion } from './article-version.js'
import type { Article } from './article.js'
import { factsOfArticles } from './article.queries.js'

/** What people are told of articles. Nobody has to get up for any of it. */

export const articleNotification = (
  { id, number }: Pick<Article, 'id' | 'number'>,
  userId: string,
  title: string,
  body: string,
): NewNotification => ({
  ...{ userId, contactPointId: null, kind: NotificationKind.ARTICLE, urgency: NotificationUrgency.LOW },
  ...{ subject: id, incidentId: null, title: `KB${number} ${title}`, body, facts: [], url: null, actions: [] },
})

export const reviewAsked = (article: Article, { title, note }: ArticleVersion, reviewerId: string, by: string) =>
  articleNotification(
    article,
    reviewerId,
    `Please review: ${title}`,
    `${by} asks you to look it over.${note ? `\n\n${note}` : ''}`,
  )

/** Only who may still read the article. */
export const articleDisclosure: Disclosure = {
  kind: NotificationKind.ARTICLE,
  mayBeTold: async (ctx, notifications) => {
    const facts = await factsOfArticles(
      ctx.db,
      notifications.map(({ subject }) => subject),
    )
    const people = byId(
      await findPeople(
        ctx.db,
        notifications.flatMap(({ userId }) => userId ?? []),
      ),
    )
    return notifications.map(({ subject, userId }) => {
      const person = userId === null ? undefined : people.get(userId)
      const known = facts.get(subject)
      return Boolean(person?.active && known && allows(signedIn(person), 'article.read', known))
    })
  },
}
