import type { ArticleKind } from './article.js'
import { helpfulShare } from './feedback.js'
import type { RequiredSection } from './sections.js'

/**
 * How well an article is kept, from 0 to 100, and what it lacks. Five questions are asked, each with a weight; those that
 * make no sense for it are left out, and the others weigh the more. It judges how an article is looked after, not
 * whether what it says is true: that only its readers can tell, and their votes are one of the questions.
 */

export enum QualityPartName {
  COMPLETE = 'COMPLETE',
  REVIEWED = 'REVIEWED',
  OWNED = 'OWNED',
  LINKED = 'LINKED',
  HELPFUL = 'HELPFUL',
}

/** Together 100. */
const WEIGHTS: Readonly<Record<QualityPartName, number>> = {
  COMPLETE: 30,
  REVIEWED: 25,
  OWNED: 15,
  LINKED: 15,
  HELPFUL: 15,
}

/** What it is worked out from. */
export interface QualityFacts {
  readonly kind: ArticleKind
  readonly language: string
  readonly published: boolean
  readonly reviewAt: Date | null
  /** To a service, an alert or an incident. */
  readonly linked: boolean
  /** By a person who is active. */
  readonly owned: boolean
  readonly helpful: number
  readonly unhelpful: number
  /** Keys of the headings under which something stands. */
  readonly sections: readonly string[]
}

/** What a template asks of the articles of its kind and language. */
export interface Requirement {
  readonly kind: ArticleKind
  readonly language: string
  readonly sections: readonly RequiredSection[]
}

export interface QualityPart {
  readonly name: QualityPartName
  /** 0 to 100; null where the question makes no sense. */
  readonly score: number | null
  readonly weight: number
  /** For people. */
  readonly reason: string
}

export interface Quality {
  /** 0 to 100, a whole number. */
  readonly score: number
  readonly parts: readonly QualityPart[]
}

/** Fewer votes than these say nothing yet. */
export const ENOUGH_VOTES = 5

type Judgement = readonly [score: number | null, reason: string]

export function qualityOf(facts: QualityFacts, requirements: readonly Requirement[], now: Date): Quality {
  const judgements: Record<QualityPartName, Judgement> = {
    COMPLETE: completeness(facts, requirements),
    REVIEWED: timeliness(facts, now),
    OWNED: facts.owned ? [100, 'Somebody answers for it.'] : [0, 'Nobody who is active answers for it.'],
    LINKED: facts.linked
      ? [100, 'It is linked to what it is about.']
      : [0, 'It is linked to no service, alert or incident.'],
    HELPFUL: helpfulness(facts),
  }
  const parts = Object.values(QualityPartName).map((name): QualityPart => {
    const [score, reason] = judgements[name]
    return { name, score, weight: WEIGHTS[name], reason }
  })
  const asked = parts.filter(({ score }) => score !== null)
  const weight = asked.reduce((total, part) => total + part.weight, 0)
  return { score: Math.round(asked.reduce((total, part) => total + part.score! * part.weight, 0) / weight), parts }
}

const baseOf = (language: string) => language.split('-')[0]!

/** Where there are several templates, it is measured by the one that it comes closest to. */
function completeness({ kind, language, sections }: QualityFacts, requirements: readonly Requirement[]): Judgement {
  const fitting = requirements.filter(
    (one) => one.kind === kind && baseOf(one.language) === baseOf(language) && one.sections.length > 0,
  )
  const [best] = fitting
    .map(({ sections: required }) => ({
      required,
      missing: required.filter(({ key }) => !sections.includes(key)),
    }))
    .sort((a, b) => a.missing.length / a.required.length - b.missing.length / b.required.length)
  if (!best) return [null, 'There is no template for its kind in its language.']
  const { required, missing } = best
  if (missing.length === 0) return [100, 'Every section that its template asks for says something.']
  return [
    percent(1 - missing.length / required.length),
    `Missing or empty: ${missing.map(({ heading }) => heading).join(', ')}.`,
  ]
}

function timeliness({ published, reviewAt }: QualityFacts, now: Date): Judgement {
  if (!published) return [null, 'It is not published.']
  if (reviewAt === null) return [0, 'Nobody is to look whether it still holds.']
  const day = reviewAt.toISOString().slice(0, 10)
  return reviewAt > now ? [100, `To be looked at by ${day}.`] : [0, `Should have been looked at by ${day}.`]
}

function helpfulness({ helpful, unhelpful }: QualityFacts): Judgement {
  const votes = helpful + unhelpful
  if (votes < ENOUGH_VOTES) return [null, `Fewer than ${ENOUGH_VOTES} people have said whether it helps.`]
  return [percent(helpfulShare(helpful, unhelpful)), `It helped ${helpful} of the ${votes} people who said so.`]
}

const percent = (share: number) => Math.round(100 * share)

/** The mean of scores, with one decimal; null of none. */
export const averageOf = (scores: readonly number[]): number | null =>
  scores.length === 0 ? null : Math.round((10 * scores.reduce((total, score) => total + score, 0)) / scores.length) / 10
