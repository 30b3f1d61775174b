import type { Config } from '../../platform/config.js'
import type { Channel, ChannelKind } from './channel.js'
import { emailChannel } from './email.js'
import { slackChannel } from './slack.js'
import { smsChannel } from './sms.js'
import { teamsChannel } from './teams.js'
import { twilio } from './twilio.js'
import { voiceChannel } from './voice.js'
import { webhookChannel } from './webhook.js'

/** The channels that this installation has: all that need no configuration, and those that are configured. */
export function openChannels(config: ChannelConfig): ReadonlyMap<ChannelKind, Channel> {
  const { mail, slack } = config
  const rules = { allowed: config.outgoingAllow }
  const provider = config.twilio && twilio(config.twilio)
  const channels = [
    ...(mail ? [emailChannel(mail)] : []),
    ...(provider ? [smsChannel(provider), voiceChannel(provider)] : []),
    ...(slack ? [slackChannel(slack)] : []),
    teamsChannel(rules),
    webhookChannel(rules),
  ]
  return new Map(channels.map((channel) => [channel.kind, channel]))
}

export type ChannelConfig = Pick<Config, 'outgoingAllow' | 'mail' | 'slack' | 'twilio'>
