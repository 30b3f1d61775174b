import { createPolicy } from '../escalation/policy.commands.js'
import { type Target, TargetKind, Turn } from '../escalation/policy.js'
import { createRule } from '../escalation/rule.commands.js'
import { IncidentRole } from '../incidents/assignment.js'
import { Priority } from '../incidents/incident.js'
import type { LayerTerms } from '../oncall/layer.js'
import { RotationKind } from '../oncall/rotation.js'
import { createSchedule } from '../oncall/schedule.commands.js'
import { Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Weekday } from '../platform/hours.js'
import { BERLIN, NEW_YORK, PEOPLE, type TeamName } from './company.js'

/**
 * Who is called at Lanternworks. Payments takes turns by the week in Berlin; Platform by the day in New York, with a second
 * line at nights and weekends. Nobody answers: the team is called, then management.
 */

const { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY } = Weekday
const WORKDAYS = [MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY]

const weekly = (handoverTime: string) => ({ kind: RotationKind.WEEKLY, handoverTime, handoverWeekday: MONDAY })

/** @param teams @param people ids by name. The context is that of the system. */
export async function arrangeOnCall(
  ctx: Context,
  teams: ReadonlyMap<string, string>,
  people: ReadonlyMap<string, string>,
): Promise<void> {
  const membersOf = (team: TeamName) =>
    PEOPLE.filter((persona) => persona.team === team).map(({ name }) => people.get(name)!)
  const schedule = async (
    name: string,
    team: TeamName,
    timeZone: string,
    ...layers: Omit<LayerTerms, 'participantIds'>[]
  ) => {
    const participantIds = membersOf(team)
    const input = {
      name,
      timeZone,
      teamId: teams.get(team)!,
      layers: layers.map((layer) => ({ ...layer, participantIds })),
    }
    return (await createSchedule(ctx, input)).schedule.id
  }
  const payments = await schedule('Payments', 'Payments', BERLIN, { name: 'Weeks', rotation: weekly('09:00') })
  const daily = { kind: RotationKind.DAILY, handoverTime: '08:00' }
  const platform = await schedule('Platform', 'Platform', NEW_YORK, { name: 'Days', rotation: daily })
  const secondLine = await schedule('Platform, second line', 'Platform', NEW_YORK, {
    ...{ name: 'Nights', rotation: { kind: RotationKind.DAILY, handoverTime: '18:00' } },
    restrictions: [{ weekdays: WORKDAYS, from: '18:00', until: '08:00' }],
  })

  const onCall = (id: string, turn = Turn.CURRENT): Target => ({ kind: TargetKind.SCHEDULE, id, turn })
  const team = (name: TeamName): Target => ({ kind: TargetKind.TEAM, id: teams.get(name)! })
  const calling = (delayMinutes: number, ...targets: Target[]) => ({ targets, delayMinutes })
  const policy = async (input: Parameters<typeof createPolicy>[1]) =>
    (await createPolicy(ctx, input)).escalationPolicy.id

  const managementPolicyId = await policy({
    ...{ name: 'Incident managers', description: 'When nobody else answers.', repeat: 1 },
    steps: [
      calling(10, { kind: TargetKind.ROLE, role: Role.MANAGER }),
      calling(15, { kind: TargetKind.ROLE, role: Role.ADMIN }),
    ],
  })
  const terms = (name: TeamName) => ({
    ...{ teamId: teams.get(name)!, managementPolicyId, acknowledgementTimeoutMinutes: 120 },
    workingHours: {
      ...{ timeZone: name === 'Payments' ? BERLIN : NEW_YORK, weekdays: WORKDAYS, from: '09:00', until: '17:00' },
    },
  })
  const paymentsPolicy = await policy({
    ...{ name: 'Payments', description: 'Whoever is on call, then everybody.', ...terms('Payments') },
    steps: [calling(1, onCall(payments)), calling(10, team('Payments'))],
  })
  const platformPolicy = await policy({
    ...{ name: 'Platform', description: 'Whoever is on call, the second line, then everybody.', ...terms('Platform') },
    steps: [
      calling(1, onCall(platform)),
      {
        ...calling(5, onCall(secondLine), onCall(platform, Turn.NEXT)),
        condition: { priorities: [Priority.P1, Priority.P2] },
      },
      calling(10, team('Platform'), { kind: TargetKind.INCIDENT_ROLE, incidentRole: IncidentRole.COMMANDER }),
    ],
  })
  await createRule(ctx, { name: 'Payments', teamIds: [teams.get('Payments')!], policyId: paymentsPolicy })
  await createRule(ctx, { name: 'Platform', teamIds: [teams.get('Platform')!], policyId: platformPolicy })
  await createRule(ctx, {
    name: 'Nobody else’s, and urgent',
    condition: { priorities: [Priority.P1] },
    policyId: managementPolicyId,
  })
}
