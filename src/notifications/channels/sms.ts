import { type Channel, ChannelKind } from './channel.js'
import { type TextProvider, inBrief, maskedTelephone, telephone } from './text-provider.js'
import { linksOf } from './wording.js'

/** By text message: in a few lines, with one link. What does not fit in is counted. */
export const smsChannel = (provider: TextProvider): Channel => ({
  kind: ChannelKind.SMS,
  spacing: 30_000,
  address: telephone,
  masked: maskedTelephone,
  send: async (message, address) => {
    const [first, ...more] = message.items
    // Several have no button in common: the link leads to the first of them.
    const links = linksOf(more.length > 0 ? { ...first!, actions: [] } : first!)
    const lines = [
      ...inBrief(message),
      ...(message.possibleDuplicate ? ['(may be a repeat)'] : []),
      ...links.slice(0, 1).map(({ label, url }) => `${label}: ${url}`),
    ]
    return { providerId: await provider.sms(message.id, address, lines.join('\n')) }
  },
})
