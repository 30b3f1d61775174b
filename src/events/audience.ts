/** Who hears of an event, a note or a status update. Every audience includes the people who run incidents. */
export enum Audience {
  INTERNAL = 'INTERNAL',
  STAKEHOLDER = 'STAKEHOLDER',
  PARTNER = 'PARTNER',
  PUBLIC = 'PUBLIC',
}
