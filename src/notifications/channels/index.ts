import type { Config } from '../../platform/config.js'
import type { Channel, ChannelKind } from './channel.js'
import { emailChannel } from './email.js'
import { webhookChannel } from './webhook.js'

/** The channels that this installation has: all that need no configuration, and those that are configured. */
export function openChannels({ outgoingAllow, mail }: ChannelConfig): ReadonlyMap<ChannelKind, Channel> {
  const rules = { allowed: outgoingAllow }
  const channels = [...(mail ? [emailChannel(mail)] : []), webhookChannel(rules)]
  return new Map(channels.map((channel) => [channel.kind, channel]))
}

export type ChannelConfig = Pick<Config, 'outgoingAllow' | 'mail' | 'slack' | 'twilio'>
