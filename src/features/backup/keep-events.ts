import type { Client } from "pg";

const tables = ["audit_event", "audit_seal"];

/**
 * Set aside the audit events of an empty instance, such as failed attempts to set it up, since the backup needs
 * their ids. Their seals are dropped, since a chain has one beginning.
 * @returns a function that appends the events to those of the backup, to be sealed with the next ones
 */
export async function keepEvents(client: Client): Promise<() => Promise<void>> {
  await guard(client, "DISABLE");
  await client.query(`CREATE TEMPORARY TABLE own_event ON COMMIT DROP AS SELECT * FROM "audit_event"`);
  await client.query(`DELETE FROM "audit_seal"`);
  await client.query(`DELETE FROM "audit_event"`);
  return async () => {
    const last = `(SELECT coalesce(max("auditEventId"), 0) FROM "audit_event")`;
    await client.query(`UPDATE own_event SET "auditEventId" = "auditEventId" + ${last}`);
    await client.query(`INSERT INTO "audit_event" SELECT * FROM own_event`);
    await guard(client, "ENABLE");
  };
}

/** Disable or enable the triggers that protect the audit. A rollback restores them. */
async function guard(client: Client, verb: "DISABLE" | "ENABLE"): Promise<void> {
  for (const table of tables) await client.query(`ALTER TABLE "${table}" ${verb} TRIGGER USER`);
}
