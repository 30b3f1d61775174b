import { inWords, worksOnIncidents } from '../incidents/assignment.js'
import type { Person } from '../incidents/participant.js'
import type { ChannelKind } from '../notifications/channels/channel.js'
import type { OnCall, Shift } from '../oncall/on-call.js'
import type { Role } from '../platform/actor.js'
import { type Target, TargetKind, Turn } from './policy.js'

/**
 * Who stands behind a target at a moment, and why. What was found out is kept with the step that asked: it is the answer
 * to why somebody was called, and to why nobody was.
 */

/** Somebody who is to be called. */
export interface Callee {
  readonly userId: string
  readonly name: string
  /** For people: `Layer “Weekdays” of “Primary”`. */
  readonly because: string
}

export interface Finding {
  readonly target: Target
  /** The target in words, with the name that it had. */
  readonly asked: string
  readonly callees: readonly Callee[]
  /** A shared contact point, which is told instead of a person. */
  readonly contactPoint: { readonly id: string; readonly name: string; readonly kind: ChannelKind } | null
  /** What is wrong; why nobody is called, where nobody is. */
  readonly problem: string | null
}

/** For whom a target is looked up: of an incident that is only thought of, the id is empty. */
export interface Ask {
  readonly target: Target
  readonly incident: { readonly id: string; readonly teamId: string | null }
  readonly at: Date
}

/** Called by one target at most: a role that a whole company has is a mistake, and must not wake it. */
export const MAXIMUM_CALLED = 50

/** What has been looked up for some targets. */
export interface Directory {
  readonly people: ReadonlyMap<string, Person>
  readonly teams: ReadonlyMap<string, { readonly name: string; readonly memberIds: readonly string[] }>
  /** By schedule and moment: see `onCallKey`. */
  readonly onCall: ReadonlyMap<string, OnCall>
  /** By incident and role, separated by a space. */
  readonly holders: ReadonlyMap<string, readonly string[]>
  readonly byRole: ReadonlyMap<Role, readonly Person[]>
  readonly contactPoints: ReadonlyMap<
    string,
    { readonly id: string; readonly name: string; readonly kind: ChannelKind; readonly active: boolean }
  >
}

export const onCallKey = (scheduleId: string, at: Date): string => `${scheduleId} ${+at}`

export function find({ target, incident, at }: Ask, directory: Directory): Finding {
  switch (target.kind) {
    case TargetKind.USER: {
      const person = directory.people.get(target.id)
      return found(target, person?.name ?? 'somebody', directory, [{ id: target.id, because: 'Named by the step' }])
    }
    case TargetKind.TEAM: {
      const team = directory.teams.get(target.id)
      const asked = `team “${team?.name ?? '?'}”`
      const members = team?.memberIds ?? []
      return found(
        target,
        asked,
        directory,
        members.map((id) => ({ id, because: `Member of ${asked}` })),
      )
    }
    case TargetKind.SCHEDULE:
      return findOnSchedule(target, directory.onCall.get(onCallKey(target.id, at)), directory)
    case TargetKind.INCIDENT_ROLE: {
      const asked = inWords(target.incidentRole)
      const holders = directory.holders.get(`${incident.id} ${target.incidentRole}`) ?? []
      return found(
        target,
        asked,
        directory,
        holders.map((id) => ({ id, because: `Is ${asked} of the incident` })),
      )
    }
    case TargetKind.ROLE:
      return findByRole(target, incident, directory)
    case TargetKind.CONTACT_POINT: {
      const contactPoint = directory.contactPoints.get(target.id)
      const asked = `contact point “${contactPoint?.name ?? '?'}”`
      if (!contactPoint?.active) return { ...nobody(target, asked), problem: 'It is not in use any more' }
      const { id, name, kind } = contactPoint
      return { ...nobody(target, asked), contactPoint: { id, name, kind }, problem: null }
    }
  }
}

const TURNS: Record<Turn, { readonly words: string; readonly of: (onCall: OnCall) => readonly Shift[] }> = {
  CURRENT: { words: 'on call', of: ({ current }) => current },
  PREVIOUS: { words: 'on call before', of: ({ previous }) => previous },
  NEXT: { words: 'on call next', of: ({ next }) => next },
}

function findOnSchedule(
  target: Target & { readonly kind: TargetKind.SCHEDULE },
  onCall: OnCall | undefined,
  directory: Directory,
): Finding {
  const { words, of } = TURNS[target.turn]
  const asked = `whoever is ${words} on “${onCall?.scheduleName ?? '?'}”`
  const shifts = onCall ? of(onCall) : []
  const because = ({ because }: Shift) =>
    `${because.summary} of “${onCall!.scheduleName}”${target.turn === Turn.CURRENT ? '' : ` (${words})`}`
  return found(
    target,
    asked,
    directory,
    shifts.map((shift) => ({ id: shift.userId, because: because(shift) })),
  )
}

function findByRole(
  target: Target & { readonly kind: TargetKind.ROLE },
  { teamId }: Ask['incident'],
  directory: Directory,
): Finding {
  const all = directory.byRole.get(target.role) ?? []
  const own = all.filter(({ teamIds }) => teamId !== null && teamIds.includes(teamId))
  const asked = `every ${target.role.toLowerCase()}`
  const because =
    own.length > 0 ? `Is ${target.role.toLowerCase()} in the incident's team` : `Is ${target.role.toLowerCase()}`
  return found(
    target,
    asked,
    directory,
    (own.length > 0 ? own : all).map(({ id }) => ({ id, because })),
  )
}

const nobody = (target: Target, asked: string): Finding => ({
  ...{ target, asked, callees: [], contactPoint: null, problem: 'There is nobody' },
})

/** Those of them who can be called, each once. */
function found(
  target: Target,
  asked: string,
  { people }: Directory,
  wanted: readonly { readonly id: string; readonly because: string }[],
): Finding {
  const distinct = [...new Map(wanted.map((one) => [one.id, one])).values()]
  const callable = distinct.filter(({ id }) => canBeCalled(people.get(id)))
  const callees = callable.slice(0, MAXIMUM_CALLED).map(({ id, because }) => ({
    userId: id,
    name: people.get(id)!.name,
    because,
  }))
  const others = distinct.filter((one) => !callable.includes(one)).map(({ id }) => people.get(id)?.name ?? 'somebody')
  const problem =
    distinct.length === 0
      ? 'There is nobody'
      : others.length > 0
        ? `Not active, or not at work on incidents: ${others.join(', ')}`
        : callable.length > MAXIMUM_CALLED
          ? `Only the first ${MAXIMUM_CALLED} of ${callable.length} are called`
          : null
  return { target, asked, callees, contactPoint: null, problem }
}

/** Active people who work on incidents. */
const canBeCalled = (person: Person | undefined): boolean => Boolean(person?.active && worksOnIncidents(person.role))
