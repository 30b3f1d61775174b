import type { Article } from './article.js'

/** By what an alert leads to an article, the strongest first. */
export enum RunbookClue {
  RUNBOOK_URL = 'RUNBOOK_URL',
  ALERT_NAME = 'ALERT_NAME',
  SERVICE = 'SERVICE',
}

/** An article that helps with what is on fire. */
export interface Runbook {
  readonly article: Article
  readonly by: RunbookClue
  /** What they have in common: the address or name that the alert says, or the name of the service. */
  readonly value: string
}
