import type { DataSource } from 'typeorm'

/**
 * Where clients reach this server: PUBLIC_URL, or the address that it listens on, which is known only once it does. It is
 * set once at start and kept by the database that the server works on, like the epoch of its event log.
 */
const addresses = new WeakMap<DataSource, string>()

export const servedAt = (source: DataSource, url: string): void => void addresses.set(source, url)

/** @param path begins with a slash. Only the path is answered where nothing is served (a job, the command line). */
export const publicUrl = (source: DataSource, path: string): string => (addresses.get(source) ?? '') + path
