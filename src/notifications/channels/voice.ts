import { type Channel, ChannelKind } from './channel.js'
import { type TextProvider, inBrief, maskedTelephone, telephone } from './text-provider.js'

/** By telephone: a voice says in a few sentences what it is about, twice. */
export const voiceChannel = (provider: TextProvider): Channel => ({
  kind: ChannelKind.VOICE,
  spacing: 60_000,
  address: telephone,
  masked: maskedTelephone,
  send: async (message, address) => {
    const sentences = [
      'This is Tocsin.',
      ...(message.possibleDuplicate ? ['You may have heard this before.'] : []),
      ...inBrief(message),
    ]
    const script = sentences.map((sentence) => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`)).join(' ')
    return { providerId: await provider.call(message.id, address, script) }
  },
})
