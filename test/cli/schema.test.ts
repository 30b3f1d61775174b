import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import { finished, newDataDir } from './command.js'

it('writes the schema from the code, and notices when it is stale', async () => {
  const directory = await newDataDir()
  const schema = (...options: string[]) => finished(['schema', ...options], {}, directory)
  const file = join(directory, 'schema/schema.graphql')
  const stale = {
    code: 1,
    out: '',
    errors: 'tocsin: schema/schema.graphql is not what the code says. Run: npm run schema\n',
  }
  expect(await schema('--check')).toEqual(stale)
  expect(await schema()).toEqual({ code: 0, out: '', errors: '' })
  expect(
    buildSchema(await readFile(file, 'utf8'))
      .getSubscriptionType()
      ?.getFields(),
  ).toHaveProperty('incidentEvents')
  expect(await schema('--check')).toEqual({ code: 0, out: '', errors: '' })
  await appendFile(file, 'scalar Surprise\n')
  expect(await schema('--check')).toEqual(stale)
})
