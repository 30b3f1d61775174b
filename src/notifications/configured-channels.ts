import type { DataSource } from 'typeorm'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import type { Channel, ChannelKind } from './channels/channel.js'

/** The channels that this server is set up for. Set once at start, and kept by the database that the server works on. */
export type Channels = ReadonlyMap<ChannelKind, Channel>

const configured = new WeakMap<DataSource, Channels>()

export const configureChannels = (source: DataSource, channels: Channels): void => void configured.set(source, channels)

/** Errors: BAD_USER_INPUT that names `field` when the server cannot send by this kind. */
export function channelFor(ctx: Context, field: string, kind: ChannelKind): Channel {
  const channel = configured.get(ctx.db.source)?.get(kind)
  if (!channel) throw badInput(field, `This server is not set up to send by ${kind}.`)
  return channel
}
