import { ArticleKind } from '../../src/knowledge/article.js'
import { type QualityFacts, QualityPartName, averageOf, qualityOf } from '../../src/knowledge/quality.js'
import { filledSections, requiredSections, sectionKey } from '../../src/knowledge/sections.js'

/** The rules by which an article is judged. */

const NOW = new Date('2026-03-01T00:00:00Z')

const WELL_KEPT: QualityFacts = {
  ...{ kind: ArticleKind.RUNBOOK, language: 'en-GB', published: true, reviewAt: new Date('2026-06-01T00:00:00Z') },
  ...{ linked: true, owned: true, helpful: 8, unhelpful: 0, sections: ['impact', 'diagnosis', 'mitigation'] },
}

const asked = (...headings: string[]) => headings.map((heading) => ({ heading, key: sectionKey(heading) }))

const TEMPLATES = [
  { kind: ArticleKind.RUNBOOK, language: 'en', sections: asked('Impact', 'Diagnosis') },
  { kind: ArticleKind.RUNBOOK, language: 'en', sections: asked('Meaning', 'Impact', 'Steps', 'Escalation') },
  { kind: ArticleKind.FAQ, language: 'en', sections: asked('Answer') },
  { kind: ArticleKind.POLICY, language: 'de', sections: asked('Zweck') },
]

const judge = (facts: Partial<QualityFacts> = {}) => qualityOf({ ...WELL_KEPT, ...facts }, TEMPLATES, NOW)

const part = (name: QualityPartName, facts: Partial<QualityFacts>) => {
  const { score, reason } = judge(facts).parts.find((one) => one.name === name)!
  return [score, reason]
}

const { COMPLETE, REVIEWED, OWNED, LINKED, HELPFUL } = QualityPartName

it('weighs five parts that are a hundred together', () => {
  const { score, parts } = judge()
  expect(parts.map(({ name, weight, score }) => [name, weight, score])).toEqual([
    [COMPLETE, 30, 100],
    [REVIEWED, 25, 100],
    [OWNED, 15, 100],
    [LINKED, 15, 100],
    [HELPFUL, 15, 90],
  ])
  expect(score).toBe(99) // 98.5
})

it.each([
  ['none of it holds', { sections: [], reviewAt: null, owned: false, linked: false, helpful: 0, unhelpful: 98 }, 0],
  ['nobody owns it', { owned: false, helpful: 0 }, 82], // 70 of the 85 that apply
  ['it is a draft of a kind without a template', { kind: ArticleKind.HOW_TO, published: false, helpful: 0 }, 100],
  ['it is due', { reviewAt: NOW, helpful: 0 }, 71], // 60 of 85
])('leaves out what does not apply: %s', (_, facts, score) => expect(judge(facts).score).toBe(score))

describe('A part says why', () => {
  it.each([
    [COMPLETE, { sections: ['impact'] }, [50, 'Missing or empty: Diagnosis.']],
    [COMPLETE, { sections: ['meaning', 'impact', 'steps'] }, [75, 'Missing or empty: Escalation.']],
    [COMPLETE, { sections: ['other'] }, [0, 'Missing or empty: Impact, Diagnosis.']],
    [COMPLETE, { language: 'fr' }, [null, 'There is no template for its kind in its language.']],
    [COMPLETE, { kind: ArticleKind.POLICY }, [null, 'There is no template for its kind in its language.']],
    [REVIEWED, { published: false }, [null, 'It is not published.']],
    [REVIEWED, { reviewAt: null }, [0, 'Nobody is to look whether it still holds.']],
    [REVIEWED, { reviewAt: new Date('2026-02-01') }, [0, 'Should have been looked at by 2026-02-01.']],
    [REVIEWED, {}, [100, 'To be looked at by 2026-06-01.']],
    [OWNED, { owned: false }, [0, 'Nobody who is active answers for it.']],
    [LINKED, { linked: false }, [0, 'It is linked to no service, alert or incident.']],
    [HELPFUL, { helpful: 4 }, [null, 'Fewer than 5 people have said whether it helps.']],
    [HELPFUL, { helpful: 3, unhelpful: 3 }, [50, 'It helped 3 of the 6 people who said so.']],
  ])('%s %j', (name, facts, expected) => expect(part(name, facts)).toEqual(expected))
})

it('is averaged with one decimal, and is nothing of nothing', () => {
  expect(averageOf([])).toBeNull()
  expect(averageOf([50, 50, 51])).toBe(50.3)
})

describe('Sections', () => {
  it.each([
    ['## Impact\n\nAll of it.', ['impact']],
    ['## Impact\n\n## Diagnosis\n\n- look', ['diagnosis']],
    ['## Impact\n\n<!-- Who notices? -->\n\n## 2. Diagnosis:\n\n```\ntop\n```', ['diagnosis']],
    ['# Title\n\n## Impact\n\n### Deeper\n\nText\n\n## Empty', ['title', 'impact', 'deeper']],
    ['Impact\n------\n\n![](graph.png)', ['impact']],
    ['```\n## No heading\n\ntext\n```', []],
    ['## IMPACT ##\n\na\n\n## impact\n\nb', ['impact']],
    ['## Impact\n\n<script>alert(1)</script>', []],
  ])('are filled by what readers see: %j', (body, filled) => expect(filledSections(body)).toEqual(filled))

  it('are asked for by the headings of the second level', () => {
    expect(requiredSections('# Title\n\n## Impact\n\n### Deeper\n\n##\n\n## What then?')).toEqual([
      { heading: 'Impact', key: 'impact' },
      { heading: 'What then?', key: 'what then' },
    ])
  })
})
