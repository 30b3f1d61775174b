import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { htmlOf, markdownOf } from './document.js'
import { findIncidentReport } from './incident-report.queries.js'
import { type IncidentReport, documentOf } from './incident-report.js'
import { IncidentReportType } from './incident-report.types.js'

@Resolver(() => IncidentReportType)
export class IncidentReportResolver {
  @Query(() => IncidentReportType, {
    nullable: true,
    description: 'The facts of an incident; null when there is none that the viewer may read.',
  })
  incidentReport(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The incident.' }) id: string) {
    return findIncidentReport(ctx, id)
  }

  @FieldResolver(() => String, {
    description: 'The whole of it as Markdown. What people wrote is quoted as plain text.',
  })
  markdown(@Root() report: IncidentReport) {
    return markdownOf(documentOf(report))
  }

  @FieldResolver(() => String, { description: 'The whole of it as a page of HTML without any script.' })
  html(@Root() report: IncidentReport) {
    return htmlOf(documentOf(report))
  }
}
