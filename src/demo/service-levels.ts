import { Priority } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { Weekday } from '../platform/hours.js'
import { createCalendar } from '../sla/business-calendar.commands.js'
import { createPolicy } from '../sla/sla-policy.commands.js'
import { BERLIN } from './company.js'

/** What Lanternworks promises: what is urgent round the clock, the rest in the hours of the office in Berlin. */

const WORKDAYS = Object.values(Weekday).slice(0, 5)

/** The context is that of the system. */
export async function promiseServiceLevels(ctx: Context): Promise<void> {
  const { businessCalendar } = await createCalendar(ctx, {
    ...{ name: 'Berlin office', description: 'When Lanternworks answers what is not urgent.', timeZone: BERLIN },
    hours: [{ weekdays: WORKDAYS, from: '08:00', until: '18:00' }],
    holidays: [
      { date: '2020-01-01', name: 'New Year', yearly: true },
      { date: '2020-05-01', name: 'Labour Day', yearly: true },
      { date: '2020-10-03', name: 'German Unity Day', yearly: true },
      { date: '2020-12-25', name: 'Christmas Day', yearly: true },
      { date: '2020-12-26', name: 'Boxing Day', yearly: true },
    ],
  })
  await createPolicy(ctx, {
    ...{ name: 'Urgent', description: 'Round the clock.', priorities: [Priority.P1, Priority.P2] },
    ...{ responseMinutes: 10, resolutionMinutes: 60 },
  })
  await createPolicy(ctx, {
    ...{ name: 'Standard', description: 'In office hours.', calendarId: businessCalendar.id },
    ...{ responseMinutes: 120, resolutionMinutes: 480 },
  })
}
