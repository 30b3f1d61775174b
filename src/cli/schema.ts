import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Command } from 'commander'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { buildGraph } from '../api/schema.js'

const FILE = 'schema/schema.graphql'

/** For those who work on Tocsin: the schema as text, emitted from the code and committed for clients and reviewers. */
export const schemaCommand = () =>
  new Command('schema')
    .description(`Write ${FILE} from the code.`)
    .option('--check', `write nothing; end with code 1 when ${FILE} is not what the code says`)
    .action(async ({ check }: { check?: boolean }) => {
      const file = resolve(FILE)
      const text = `${printSchema(lexicographicSortSchema(buildGraph()))}\n`
      const current = await readFile(file, 'utf8').catch(() => null)
      if (current === text) return
      if (check) throw new Error(`${FILE} is not what the code says. Run: npm run schema`)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    })
