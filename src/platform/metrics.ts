import { Registry, collectDefaultMetrics } from 'prom-client'

/** What `/metrics` shows. A part declares its own figures beside its code, with this registry. */
export const registry = new Registry()
collectDefaultMetrics({ register: registry })
