import { ApiToken } from './access/api-token.entity.js'
import { IncidentEntity } from './incidents/incident.entity.js'
import { Integration } from './responders/integration.entity.js'
import { Service, ServiceGrant } from './responders/service.entity.js'
import { Team, TeamMember } from './responders/team.entity.js'
import { User } from './responders/user.entity.js'

/** Every table that TypeORM writes. */
export const ENTITIES = [ApiToken, IncidentEntity, Integration, Service, ServiceGrant, Team, TeamMember, User]
