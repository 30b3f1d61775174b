import { readFileSync, readdirSync } from 'node:fs'
import { parse } from 'yaml'
import { PEOPLE, SERVICES } from '../../src/demo/company.js'
import { LIVE_PLOTS } from '../../src/demo/live-alert.js'
import { PLOTS } from '../../src/demo/plots.js'

/** What the demo's articles say of themselves: every owner, service, alert and link must be there. */

interface Heading {
  readonly title: string
  readonly kind: string
  readonly category: string
  readonly tags: readonly string[]
  readonly audience: string
  readonly language: string
  readonly owner: string
  readonly service?: string
  readonly alerts?: readonly string[]
  readonly reviewBy: string
}

const DIRECTORY = new URL('../../src/demo/knowledge/', import.meta.url)

const articles = new Map(
  readdirSync(DIRECTORY).map((name) => {
    const [, matter, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(new URL(name, DIRECTORY), 'utf8'))!
    return [name, { heading: parse(matter!) as Heading, body: body! }] as const
  }),
)

const linksOf = (body: string) => [...body.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)

const oneOf = (names: readonly string[]) => expect.stringMatching(new RegExp(`^(${names.join('|')})$`))

describe('The articles of the demo', () => {
  it('are as many as the company needs, each under a title of its own', () => {
    expect(articles.size).toBeGreaterThanOrEqual(25)
    expect(new Set([...articles.values()].map(({ heading }) => heading.title)).size).toBe(articles.size)
  })

  it.each([...articles])('%s says what it is, whose it is and where it belongs', (_, { heading, body }) => {
    expect(heading).toEqual({
      title: expect.any(String),
      kind: expect.stringMatching(/^(HOW_TO|RUNBOOK|KNOWN_ERROR|FAQ|POLICY)$/),
      category: expect.stringMatching(/^[^/]+(\/[^/]+)*$/),
      tags: expect.arrayContaining([expect.any(String)]),
      audience: expect.stringMatching(/^(PUBLIC|INTERNAL)$/),
      language: 'en',
      owner: oneOf(PEOPLE.map(({ name }) => name)),
      reviewBy: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      ...(heading.service !== undefined && { service: oneOf(SERVICES.map(({ name }) => name)) }),
      ...(heading.alerts !== undefined && { alerts: expect.arrayContaining([expect.any(String)]) }),
    })
    expect(body.trimStart().startsWith(`# ${heading.title}\n`)).toBe(true)
  })

  it.each([...articles])('%s leads to articles that its readers may read', (_, { heading, body }) => {
    for (const target of linksOf(body)) {
      expect(articles.has(target) ? target : `${target} is missing`).toBe(target)
      if (heading.audience === 'PUBLIC') expect(articles.get(target)!.heading.audience).toBe('PUBLIC')
    }
  })

  it('help with the alerts that the demo raises', () => {
    const helped = new Set([...articles.values()].flatMap(({ heading }) => heading.alerts ?? []))
    const raised = [
      ...PLOTS.flatMap(({ alert }) => (alert ? [alert.labels['alertname'] ?? alert.labels['class']] : [])),
      ...LIVE_PLOTS.map(({ name }) => name),
    ]
    // Two small ones are left to the reader: not everything that fires has a runbook.
    expect(raised.filter((name) => !helped.has(name!))).toEqual(['WarehouseLabelPrinter', 'ChargebackImport'])
  })
})
