/** What an incident does to people and services, as somebody judged it at a moment. Every assessment is kept. */
export interface ImpactAssessment {
  id: string
  incidentId: string
  summary: string
  /** Null when nobody can tell. */
  usersAffected: number | null
  /** Services that are affected beside the incident's own. */
  serviceIds: string[]
  /** Null when Tocsin itself made it. */
  authorId: string | null
  assessedAt: Date
}

export const MAXIMUM_SERVICES = 100

/** What the timeline says of it. */
export function tell({ summary, usersAffected }: ImpactAssessment, services: readonly { name: string }[]): string {
  const scope = [
    ...(usersAffected === null ? [] : [`${usersAffected} people affected`]),
    ...(services.length > 0 ? [`services ${services.map(({ name }) => name).join(', ')}`] : []),
  ]
  return `Impact: ${summary}${scope.length > 0 ? ` (${scope.join('; ')})` : ''}`
}
