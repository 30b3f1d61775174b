import type { Person } from '../support/person.js'
import { type Stage, carryOut, change, list, look, refusal, setStage, writeAndPublish } from './story.js'

/** Where articles are filed. */

let stage: Stage
beforeAll(async () => void (stage = await setStage()))
afterAll(() => stage.server.stop())

const category = async (input: object): Promise<string> =>
  (await carryOut(stage.mia, 'articleCategoryCreate', 'category { id }', input)).category.id

const names = async (person: Person) =>
  (await person.run('{ articleCategories { name parent { name } } }')).articleCategories

describe('Categories', () => {
  it('lie in each other, and an article is found in all that lie above it', async () => {
    const { mia, ada } = stage
    const network = await category({ name: 'Network' })
    const remote = await category({ name: 'Remote work', parentId: network })
    const vpn = await category({ name: 'VPN', parentId: remote })
    const { id } = await writeAndPublish(stage, { title: 'VPN for travellers', categoryId: vpn })
    for (const categoryId of [network, remote, vpn])
      expect(await list(ada, { categoryId: [categoryId] })).toEqual(['VPN for travellers'])
    expect(await look(ada, id, 'category { name parent { name parent { name parent { name } } } }')).toEqual({
      category: { name: 'VPN', parent: { name: 'Remote work', parent: { name: 'Network', parent: null } } },
    })

    expect(await refusal(mia, 'articleCategoryUpdate', { id: network, parentId: vpn })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'parentId', message: 'A category cannot lie below itself.' },
    })
    expect(await refusal(mia, 'articleCategoryUpdate', { id: network, parentId: network })).toMatchObject({
      field: 'parentId',
    })
    expect(await refusal(mia, 'articleCategoryDelete', { id: vpn })).toMatchObject({ code: 'CONFLICT' })
    expect(await refusal(mia, 'articleCategoryCreate', { name: 'vpn', parentId: remote })).toMatchObject({
      ...{ code: 'CONFLICT', field: 'name' },
    })
    await carryOut(mia, 'articleCategoryUpdate', 'category { id }', { id: remote, parentId: null })
    expect(await list(ada, { categoryId: [network] })).toEqual([])
  })

  it('do not lie deeper than six levels, whichever way they get there', async () => {
    const { mia } = stage
    const tower = async (name: string, height: number) => {
      const ids: string[] = []
      for (let level = 0; level < height; level++) ids.push(await category({ name, parentId: ids.at(-1) }))
      return ids
    }
    const [deep, other] = [await tower('Deep', 6), await tower('Other', 2)]
    expect(await refusal(mia, 'articleCategoryCreate', { name: 'x', parentId: deep[5] })).toMatchObject({
      ...{ field: 'parentId', message: 'Categories lie at most 6 levels deep; this would be 7.' },
    })
    expect(await refusal(mia, 'articleCategoryUpdate', { id: other[0], parentId: deep[4] })).toMatchObject({
      field: 'parentId',
    })
    await carryOut(mia, 'articleCategoryUpdate', 'category { id }', { id: other[0], parentId: deep[3] })
  })

  it('are named to readers only where there is something for them to read', async () => {
    const { server, ada, mia } = await setStage()
    const rosa = await server.as('REQUESTER')
    const make = async (name: string, parentId?: string): Promise<string> =>
      (await carryOut(mia, 'articleCategoryCreate', 'category { id }', { name, parentId })).category.id
    const office = await make('Office')
    const printers = await make('Printers', office)
    const fraud = await make('Fraud under investigation')
    const its = { server, ada, mia } as Stage
    await writeAndPublish(its, { title: 'Paper jam', categoryId: printers })
    const { id } = await writeAndPublish(its, { title: 'Who', audience: 'INTERNAL', categoryId: fraud })
    const seen = [
      { name: 'Office', parent: null },
      { name: 'Printers', parent: { name: 'Office' } },
    ]
    expect(await names(rosa)).toEqual(seen)
    expect(await names(ada)).toEqual([{ name: 'Fraud under investigation', parent: null }, ...seen])
    expect((await rosa.run('query ($id: ID!) { node(id: $id) { id } }', { id: fraud })).node).toBeNull()
    expect((await rosa.run('query ($id: ID!) { node(id: $id) { id } }', { id: printers })).node).toEqual({
      id: printers,
    })

    await change(mia, 'articleUpdate', { id, categoryId: null })
    await carryOut(mia, 'articleCategoryDelete', 'category { id }', { id: fraud })
    expect(await names(ada)).toEqual(seen)
    await server.stop()
  })

  it('are arranged by those who manage', async () => {
    expect(await refusal(stage.ada, 'articleCategoryCreate', { name: 'Mine' })).toMatchObject({ code: 'FORBIDDEN' })
  })
})
