import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { testOrigin } from "@test/kit/member";
import { beforeEach, describe, expect, it } from "vitest";
import { nobody, writeAuditAlone } from "@/access/audit";
import { db, pool } from "@/db/client";
import { type Mark, markAudit, sealAudit } from "@/features/audit/seal";
import { verify } from "@/features/audit/verify";

testDatabase();

async function write(action: string): Promise<void> {
  const details = { zeta: 1, alpha: ["b", "a"] };
  await writeAuditAlone({ actor: nobody, origin: testOrigin, action, result: "ok", details });
}

async function writeOf(organizationId: string): Promise<void> {
  await writeAuditAlone({
    actor: { ...nobody, organizationId },
    origin: testOrigin,
    action: "a.b",
    result: "ok",
  });
}

async function sealAll(): Promise<number> {
  const mark = await markAudit();
  return mark ? sealTo(mark) : 0;
}

/** Retried, since sealing also waits for transactions in other databases of the same server. */
async function sealTo(mark: Mark): Promise<number> {
  for (;;) {
    const sealed = await sealAudit(mark);
    const last = await db().auditSeal.findFirst({ orderBy: { lastId: "desc" } });
    if (sealed > 0 || (last && last.lastId >= mark.lastId)) return sealed;
    await sleep(20);
  }
}

/** Change rows as the owner of the tables could, with the triggers disabled. */
async function tamper(statement: string): Promise<void> {
  await pool().query(`BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`);
}

beforeEach(async () => {
  await tamper("DELETE FROM audit_event; DELETE FROM audit_seal");
});

describe("the sealed audit", () => {
  it("refuses to be changed, thinned out or emptied", async () => {
    await write("a.b");
    await sealAll();
    const tries = [
      `UPDATE audit_event SET actor = 'x'`,
      "DELETE FROM audit_event",
      "TRUNCATE audit_event",
      `UPDATE audit_seal SET hash = 'x'`,
      "DELETE FROM audit_seal",
      "TRUNCATE audit_seal",
    ];
    for (const text of tries) await expect(pool().query(text)).rejects.toThrow("append-only");
    expect(await db().auditEvent.count()).toBe(1);
  });

  it("is sealed in links that verify, and continues from the last one", async () => {
    for (const action of ["a.b", "c.d"]) await write(action);
    expect(await sealAll()).toBe(1);
    await write("e.f");
    expect(await sealAll()).toBe(1);
    expect(await sealAll()).toBe(0);
    const verdict = await verify({}, null);
    expect(verdict).toMatchObject({ ok: true, batches: 2, events: 3, firstBad: null, knownHashFound: null });
    expect(verdict.headHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is verified as a whole, and shows an organization nothing about the events of others", async () => {
    await writeOf("ours");
    await sealAll();
    for (let batch = 0; batch < 3; batch++) {
      for (let event = 0; event <= batch; event++) await writeOf("theirs");
      await sealAll();
    }
    const [first] = await db().auditEvent.findMany({ orderBy: { auditEventId: "asc" } });
    const whole = await verify({}, null);
    expect(whole).toMatchObject({ ok: true, batches: 4, events: 7 });
    const own = { ok: true, batches: 1, events: 1, sealedTo: String(first?.auditEventId) };
    expect(await verify({}, "ours")).toMatchObject({ ...own, headHash: whole.headHash });
    const none = { ok: true, batches: 0, events: 0, sealedTo: null, headHash: whole.headHash };
    expect(await verify({}, "nobody's")).toMatchObject(none);
    await tamper(`UPDATE audit_event SET action = 'x' WHERE "auditEventId" > ${first?.auditEventId}`);
    expect((await verify({}, "ours")).firstBad?.why).toBe("events_changed");
  });

  it("is verified by one caller at a time, with few waiting", async () => {
    await write("a.b");
    await sealAll();
    const ends = await Promise.allSettled(Array.from({ length: 12 }, () => verify({}, null)));
    const refused = ends.filter((end) => end.status === "rejected");
    expect(refused).toHaveLength(8);
    expect(refused[0]).toMatchObject({ reason: { code: "unavailable", reason: { code: "verify_busy" } } });
    expect(await verify({}, null)).toMatchObject({ ok: true });
  });

  it("seals no event past a transaction that was still open", async () => {
    const late = await pool().connect();
    await late.query(`BEGIN; INSERT INTO audit_event (actor, address, "requestId", action, result)
      VALUES ('late', 'here', 'r', 'late.one', 'ok')`);
    await write("early.two"); // a higher id, committed first
    const mark = await markAudit();
    expect(mark && (await sealAudit(mark))).toBe(0);
    await late.query("COMMIT");
    late.release();
    expect(mark && (await sealTo(mark))).toBe(1);
    expect(await verify({}, null)).toMatchObject({ ok: true, events: 2 });
  });

  it("is sealed in batches of bounded size", async () => {
    await pool().query(`INSERT INTO audit_event (actor, address, "requestId", action, result)
      SELECT 'a', 'b', 'c', 'd.e', 'ok' FROM generate_series(1, 2500)`);
    expect(await sealAll()).toBe(3);
    expect(await verify({}, null)).toMatchObject({ ok: true, batches: 3, events: 2500 });
  });
});

describe("verifying the audit finds", () => {
  async function threeBatches(): Promise<{ ids: bigint[]; seals: number[] }> {
    for (let batch = 0; batch < 3; batch++) {
      for (let event = 0; event < 3; event++) await write(`batch${batch}.event${event}`);
      await sealAll();
    }
    const events = await db().auditEvent.findMany({ orderBy: { auditEventId: "asc" } });
    const seals = await db().auditSeal.findMany({ orderBy: { lastId: "asc" } });
    return {
      ids: events.map((each) => each.auditEventId),
      seals: seals.map((each) => each.auditSealId),
    };
  }

  const columns = ["at", "organizationId", "userId", "apiKeyId", "actor", "address", "requestId", "action"];
  columns.push("result", "fault", "targetType", "targetId", "targetName", "details");

  it("a change of any column of any event, at the first batch with one", async () => {
    const { ids, seals } = await threeBatches();
    for (const column of columns) {
      const value = { at: "'2001-01-01'", details: `'{"zeta":2}'` }[column] ?? "'forged'";
      await tamper(`CREATE TEMP TABLE kept ON COMMIT PRESERVE ROWS AS SELECT * FROM audit_event`);
      await tamper(`UPDATE audit_event SET "${column}" = ${value} WHERE "auditEventId" = ${ids[4]}`);
      expect([column, (await verify({}, null)).firstBad]).toMatchObject([
        column,
        { auditSealId: seals[1], why: "events_changed" },
      ]);
      await tamper("DELETE FROM audit_event; INSERT INTO audit_event SELECT * FROM kept; DROP TABLE kept");
      expect((await verify({}, null)).ok).toBe(true);
    }
  });

  it("events that were removed, added or swapped", async () => {
    const { ids, seals } = await threeBatches();
    const change = `UPDATE audit_event SET "auditEventId" = CASE "auditEventId" WHEN ${ids[6]} THEN -1 ELSE "auditEventId" END;
      UPDATE audit_event SET "auditEventId" = ${ids[6]} WHERE "auditEventId" = ${ids[7]};
      UPDATE audit_event SET "auditEventId" = ${ids[7]} WHERE "auditEventId" = -1`;
    await tamper(change);
    expect((await verify({}, null)).firstBad?.auditSealId).toBe(seals[2]);
    await tamper(`DELETE FROM audit_event WHERE "auditEventId" = ${ids[3]}`);
    expect((await verify({}, null)).firstBad?.auditSealId).toBe(seals[1]);
    await tamper(`INSERT INTO audit_event ("auditEventId", actor, address, "requestId", action, result)
      VALUES (-5, 'forged', 'a', 'b', 'c.d', 'ok')`);
    expect((await verify({}, null)).firstBad).toMatchObject({ auditSealId: seals[0], why: "events_changed" });
  });

  it("a seal that was changed or removed", async () => {
    const { seals } = await threeBatches();
    await tamper(`UPDATE audit_seal SET hash = repeat('a', 64) WHERE "auditSealId" = ${seals[1]}`);
    expect((await verify({}, null)).firstBad?.auditSealId).toBe(seals[1]);
    await tamper(`DELETE FROM audit_seal WHERE "auditSealId" = ${seals[1]}`);
    expect((await verify({}, null)).firstBad).toMatchObject({ auditSealId: seals[2], why: "link_broken" });
  });

  it("a removed end, for whoever kept its hash", async () => {
    const { ids, seals } = await threeBatches();
    const { headHash } = await verify({}, null);
    await tamper(`DELETE FROM audit_event WHERE "auditEventId" >= ${ids[6]};
      DELETE FROM audit_seal WHERE "auditSealId" = ${seals[2]}`);
    expect(await verify({}, null)).toMatchObject({ ok: true, batches: 2 });
    expect(await verify({ knownHash: headHash ?? "" }, null)).toMatchObject({
      ok: false,
      knownHashFound: false,
    });
  });
});
