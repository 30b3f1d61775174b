import type pg from 'pg'
import type { Received } from './receiver.js'

/** What became of it all, from the tables and from those who were called. */

export interface Verdict {
  readonly incidents: number
  readonly pages: number
  readonly requests: number
  /** Pages that nobody was sent, though nobody had taken the incident. */
  readonly lost: number
  /** Escalations that nobody answered, and that did not take every step. */
  readonly stepsLost: number
  /** Attempts that were begun after an acknowledgement had been committed. */
  readonly claimedLate: number
  /** Requests that came again under the same id. */
  readonly duplicates: number
  /** Those of them that did not say so. */
  readonly unmarked: number
}

/**
 * Notes the transaction of every attempt as it begins, and of every acknowledgement: PostgreSQL tells when each was
 * committed, and so which came first.
 */
export const NOTE_TRANSACTIONS = `
  CREATE TABLE noted_attempts (message_id text, delivery_ids text[], xid xid8);
  CREATE TABLE noted_acknowledgements (incident_id text, xid xid8);
  CREATE FUNCTION note_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO noted_attempts VALUES (NEW.message_id, NEW.delivery_ids, pg_current_xact_id());
    RETURN NULL;
  END $$;
  CREATE TRIGGER note_attempt AFTER INSERT ON message_attempts FOR EACH ROW EXECUTE FUNCTION note_attempt();
  CREATE FUNCTION note_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO noted_acknowledgements VALUES (NEW.incident_id, NEW.xid);
    RETURN NULL;
  END $$;
  CREATE TRIGGER note_acknowledgement AFTER INSERT ON events FOR EACH ROW
    WHEN (NEW.type = 'incident.acknowledged') EXECUTE FUNCTION note_acknowledgement();`

export async function judge(client: pg.Client, received: readonly Received[], steps: number): Promise<Verdict> {
  const told = new Set(received.flatMap(({ notificationIds }) => notificationIds))
  const { rows: pages } = await client.query<{ notificationId: string; withdrawn: boolean }>(
    `SELECT p.notification_id AS "notificationId",
            NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.notification_id = p.notification_id AND d.withdrawn_at IS NULL) AS withdrawn
       FROM pages p`,
  )
  const { rows: counts } = await client.query<{ incidents: number; stepsLost: number; claimedLate: number }>(
    `SELECT (SELECT count(*)::int FROM incidents) AS incidents,
            (SELECT count(*)::int FROM escalations e
              WHERE e.state NOT IN ('ACKNOWLEDGED', 'ENDED')
                AND (e.state <> 'EXHAUSTED'
                     OR (SELECT count(*) FROM escalation_entries t
                          WHERE t.incident_id = e.incident_id AND t.type = 'escalation.paged') <> $1)) AS "stepsLost",
            (SELECT count(*)::int FROM noted_attempts a
               JOIN deliveries d ON d.id = ANY(a.delivery_ids)
               JOIN notifications n ON n.id = d.notification_id
               JOIN noted_acknowledgements k ON k.incident_id = n.subject
              WHERE pg_xact_commit_timestamp(a.xid::xid) > pg_xact_commit_timestamp(k.xid::xid)) AS "claimedLate"`,
    [steps],
  )
  const seen = new Set<string>()
  const again = received.filter(({ id }) => seen.size === seen.add(id).size)
  return {
    ...counts[0]!,
    pages: pages.length,
    requests: received.length,
    lost: pages.filter(({ notificationId, withdrawn }) => !withdrawn && !told.has(notificationId)).length,
    duplicates: again.length,
    unmarked: again.filter(({ possibleDuplicate }) => !possibleDuplicate).length,
  }
}
