import { type Channel, ChannelKind } from '../notifications/channels/channel.js'
import { openChannels } from '../notifications/channels/index.js'
import type { Channels } from '../notifications/configured-channels.js'
import type { Config } from '../platform/config.js'

/** The demo sends no e-mail to people who are not there, unless it is told by which server: it says what it would send. */
export function demoChannels(config: Config, say: (line: string) => void): Channels {
  return config.mail ? openChannels(config) : new Map([...openChannels(config), [ChannelKind.EMAIL, mailbox(say)]])
}

export const mailbox = (say: (line: string) => void): Channel => ({
  kind: ChannelKind.EMAIL,
  spacing: 0,
  address: (_field, value) => value,
  masked: (address) => address,
  send: async ({ items }, address) => {
    for (const { title, actions } of items)
      say(`E-mail to ${address}: ${title}${actions.map(({ label, url }) => `  [${label}: ${url}]`).join('')}`)
    return { providerId: null }
  },
})
