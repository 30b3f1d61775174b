import { findSender } from '../alerts/sender.js'
import type { Sender } from '../alerts/signal.js'
import { ChannelKind } from '../notifications/channels/channel.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { Logger } from '../platform/log.js'
import { Cast } from './cast.js'
import { Chance } from './chance.js'
import { MAIL_DOMAIN } from './company.js'
import { foundCompany, refuseOthersData } from './founding.js'
import { mailbox } from './mailbox.js'
import { requestSteps } from './requests.js'
import { scenesUntil } from './scene.js'
import { type Stage, scriptOf } from './script.js'
import { PastTimers } from './timers.js'

/**
 * Two weeks in the life of the company, played in the order of time, all in one transaction: it is there whole or not
 * at all. On a database that has it already nothing is done.
 *
 * @param where for the message to somebody whose data this is not
 */
export const seed = (ctx: Context, where: string, log: Logger): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock('tocsin.demo')
    if (await isSeeded(ctx)) return
    await refuseOthersData(ctx, where)
    const now = ctx.now()
    const fifteenDaysAgo = new Date(now.getTime() - 15 * 86_400_000)
    await foundCompany({ ...ctx, now: () => fifteenDaysAgo })
    const chance = new Chance(1)
    const stage = await setStage(ctx, now)
    const steps = scenesUntil(now, chance).flatMap((scene) => scriptOf(scene, stage, chance))
    steps.push(...requestSteps(stage))
    steps.sort((a, b) => a.at.getTime() - b.at.getTime())
    const timers = new PastTimers(new Map([[ChannelKind.EMAIL, mailbox(() => undefined)]]), log)
    for (const { at, by, act } of steps) {
      if (at > now) break
      await timers.runUntil(ctx, at)
      await act({ ...ctx, actor: by, now: () => at })
    }
    await timers.runUntil(ctx, now)
  })

const isSeeded = async (ctx: Context): Promise<boolean> =>
  (await ctx.db.row('SELECT 1 FROM users WHERE email LIKE $1 LIMIT 1', [`%@${MAIL_DOMAIN}`])) !== null

async function setStage(ctx: Context, now: Date): Promise<Stage> {
  const services = await ctx.db.rows<{ id: string; name: string; teamId: string | null }>(
    'SELECT id, name, team_id AS "teamId" FROM services',
  )
  const senders: Sender[] = []
  for (const { id } of await ctx.db.rows<{ id: string }>('SELECT id FROM integrations'))
    senders.push((await findSender(ctx.db, id))!)
  return {
    now,
    cast: await Cast.read(ctx.db),
    serviceOf: (wanted) => services.find(({ name }) => name === wanted)!,
    senderOf: (kind) => senders.find((sender) => sender.kind === kind)!,
  }
}
