import { Arg, Ctx, FieldResolver, Float, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { htmlOf, markdownOf } from './document.js'
import { findSummaryReport } from './summary-report.queries.js'
import { type SlaCompliance, SummaryPeriod, type SummaryReport, documentOf, ratio } from './summary-report.js'
import { SummaryOfSla, SummaryReportType } from './summary-report.types.js'

@Resolver(() => SummaryReportType)
export class SummaryReportResolver {
  @Query(() => SummaryReportType, { description: 'What happened in a week or a month.' })
  summaryReport(
    @Ctx() ctx: Context,
    @Arg('period', () => SummaryPeriod, { description: 'How long.' }) period: SummaryPeriod,
    @Arg('start', () => String, { description: 'The first day, such as 2026-11-01.' }) start: string,
    @Arg('timeZone', () => String, { description: 'IANA time zone of the days, such as Europe/Berlin.' })
    timeZone: string,
    @Arg('teamId', () => ID, { nullable: true, description: 'Of this team; of all when left out.' }) teamId?: string,
  ) {
    return findSummaryReport(ctx, { period, start, timeZone, teamId: teamId ?? null })
  }

  @FieldResolver(() => String, { description: 'The whole of it as Markdown, without the charts.' })
  markdown(@Root() report: SummaryReport) {
    return markdownOf(documentOf(report))
  }

  @FieldResolver(() => String, { description: 'The whole of it as a page of HTML with charts, without any script.' })
  html(@Root() report: SummaryReport) {
    return htmlOf(documentOf(report))
  }
}

@Resolver(() => SummaryOfSla)
export class SummaryOfSlaResolver {
  @FieldResolver(() => Float, { nullable: true, description: 'Their share, 0 to 1; null where none ended.' })
  compliance(@Root() sla: SlaCompliance) {
    return ratio(sla)
  }
}
