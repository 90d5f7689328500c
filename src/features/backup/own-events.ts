import type { Client } from "pg";

const tables = ["audit_event", "audit_seal"];

/**
 * Put aside what the audit of an empty instance holds already, such as failed tries to set it up: its numbers belong
 * to the events of the backup. Seals of its own are not kept, since a chain has one beginning.
 * @returns puts the events behind those of the backup, to be sealed with what follows
 */
export async function ownEvents(client: Client): Promise<() => Promise<void>> {
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

/** The triggers that let nobody change or thin out the audit. What else the transaction does ends with it. */
async function guard(client: Client, verb: "DISABLE" | "ENABLE"): Promise<void> {
  for (const table of tables) await client.query(`ALTER TABLE "${table}" ${verb} TRIGGER USER`);
}
