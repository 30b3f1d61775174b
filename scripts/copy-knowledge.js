import { cp, rm } from 'node:fs/promises'

/** The compiler leaves out what is no program: the articles of the demo go beside the program that reads them. */
const from = new URL('../src/demo/knowledge/', import.meta.url)
const to = new URL('../dist/src/demo/knowledge/', import.meta.url)
await rm(to, { recursive: true, force: true })
await cp(from, to, { recursive: true })
