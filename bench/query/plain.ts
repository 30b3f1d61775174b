import 'reflect-metadata'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import DataLoader from 'dataloader'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  buildSchema,
} from 'type-graphql'
import { Column, DataSource, Entity, In, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm'
import { answerQuestions } from '../support/answers.js'

/**
 * A peer: Apollo's own server, type-graphql and TypeORM entities as their manuals show them. Links are read in
 * batches; nothing else is tuned. No sign-in, no rules.
 */

@Entity('users')
@ObjectType()
class User {
  @Field(() => ID) @PrimaryColumn({ type: 'text' }) id: string
  @Field(() => String) @Column({ type: 'text' }) name: string
}

@Entity('services')
@ObjectType()
class Service {
  @Field(() => ID) @PrimaryColumn({ type: 'text' }) id: string
  @Field(() => String) @Column({ type: 'text' }) name: string
}

@Entity('timeline_entries')
@ObjectType()
class TimelineEntry {
  @Field(() => ID) @PrimaryColumn({ type: 'text' }) id: string
  @Column({ type: 'bigint' }) position: string
  @Column({ type: 'text', name: 'incident_id' }) incidentId: string
  @Field(() => String) @Column({ type: 'text' }) kind: string
  @Field(() => String) @Column({ type: 'text' }) body: string
  @Field(() => GraphQLDateTimeISO) @Column({ type: 'timestamptz', name: 'occurred_at' }) occurredAt: Date
  @Column({ type: 'text', name: 'actor_id' }) actorId: string
}

@Entity('incidents')
@ObjectType()
class Incident {
  @Field(() => ID) @PrimaryColumn({ type: 'text' }) id: string
  @Field(() => Int) @Column({ type: 'integer' }) number: number
  @Field(() => String) @Column({ type: 'text' }) title: string
  @Field(() => String) @Column({ type: 'text' }) status: string
  @Field(() => String) @Column({ type: 'text' }) impact: string
  @Field(() => String) @Column({ type: 'text' }) urgency: string
  @Field(() => String) @Column({ type: 'text' }) priority: string
  @Field(() => GraphQLDateTimeISO) @Column({ type: 'timestamptz', name: 'created_at' }) createdAt: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true })
  @Column({ type: 'timestamptz', name: 'acknowledged_at', nullable: true })
  acknowledgedAt: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true })
  @Column({ type: 'timestamptz', name: 'resolved_at', nullable: true })
  resolvedAt: Date | null
  @Field(() => Int) @Column({ type: 'integer' }) version: number
  @Field(() => Service, { nullable: true })
  @ManyToOne(() => Service, { nullable: true })
  @JoinColumn({ name: 'service_id' })
  service: Service | null
  @Field(() => User, { nullable: true })
  @ManyToOne(() => User, { nullable: true })
  @JoinColumn({ name: 'commander_id' })
  commander: User | null
}

@ObjectType()
class TimelineEntryEdge {
  @Field(() => TimelineEntry) node: TimelineEntry
}
@ObjectType()
class TimelineEntryConnection {
  @Field(() => [TimelineEntryEdge]) edges: TimelineEntryEdge[]
}
@ObjectType()
class IncidentEdge {
  @Field(() => Incident) node: Incident
}
@ObjectType()
class PageInfo {
  @Field(() => Boolean) hasNextPage: boolean
  @Field(() => String, { nullable: true }) endCursor: string | null
}
@ObjectType()
class IncidentConnection {
  @Field(() => PageInfo) pageInfo: PageInfo
  @Field(() => [IncidentEdge]) edges: IncidentEdge[]
}
@InputType()
class IncidentFilter {
  @Field(() => Boolean, { nullable: true }) open?: boolean
}

interface Loaders {
  readonly timeline: DataLoader<string, TimelineEntry[]>
  readonly author: DataLoader<string, User | null>
}

const source = new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL']!,
  entities: [User, Service, TimelineEntry, Incident],
  extra: { max: 10 },
})
await source.initialize()

const loadersFor = (last: number): Loaders => ({
  timeline: new DataLoader(async (incidentIds) => {
    const entries = await source
      .getRepository(TimelineEntry)
      .createQueryBuilder('entry')
      .where('entry.incidentId IN (:...incidentIds)', { incidentIds })
      .andWhere(
        `entry.position IN (SELECT latest.position FROM unnest(ARRAY[:...incidentIds]::text[]) AS parent(id) CROSS JOIN LATERAL (
           SELECT position FROM timeline_entries WHERE incident_id = parent.id ORDER BY position DESC LIMIT :last) latest)`,
        { last },
      )
      .orderBy('entry.position')
      .getMany()
    return incidentIds.map((id) => entries.filter((entry) => entry.incidentId === id))
  }),
  author: new DataLoader(async (ids) => {
    const users = await source.getRepository(User).findBy({ id: In(ids) })
    return ids.map((id) => users.find((user) => user.id === id) ?? null)
  }),
})

@Resolver(() => Incident)
class IncidentResolver {
  @Query(() => IncidentConnection)
  async incidents(
    @Arg('first', () => Int) first: number,
    @Arg('filter', () => IncidentFilter, { nullable: true }) filter?: IncidentFilter,
  ) {
    const incidents = await source.getRepository(Incident).find({
      where: filter?.open ? { status: In(['TRIGGERED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'ON_HOLD']) } : {},
      order: { createdAt: 'DESC', id: 'DESC' },
      take: first + 1,
      relations: { service: true, commander: true },
    })
    const edges = incidents.slice(0, first).map((node) => ({ node }))
    return { pageInfo: { hasNextPage: incidents.length > first, endCursor: edges.at(-1)?.node.id ?? null }, edges }
  }

  @FieldResolver(() => TimelineEntryConnection)
  async timeline(@Root() { id }: Incident, @Arg('last', () => Int) _last: number, @Ctx() { timeline }: Loaders) {
    return { edges: (await timeline.load(id)).map((node) => ({ node })) }
  }
}

@Resolver(() => TimelineEntry)
class TimelineEntryResolver {
  @FieldResolver(() => User, { nullable: true })
  author(@Root() { actorId }: TimelineEntry, @Ctx() { author }: Loaders) {
    return author.load(actorId)
  }
}

const schema = await buildSchema({
  resolvers: [IncidentResolver, TimelineEntryResolver],
  validate: false,
  pubSub: { publish: () => undefined, subscribe: () => undefined as never },
})
const apollo = new ApolloServer<Loaders>({ schema })
const { url } = await startStandaloneServer(apollo, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async () => loadersFor(5),
})
answerQuestions(Number(new URL(url).port))
