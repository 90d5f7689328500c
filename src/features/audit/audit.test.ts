import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization, testOrigin } from "@test/kit/member";
import { beforeAll, describe, expect, it } from "vitest";
import { nobody, writeAuditAlone } from "@/access/audit";
import { db } from "@/db/client";
import { all } from "@/features/audit/all";
import { AllAuditEvents, ExportAudit } from "@/features/audit/contract";
import { exportAudit } from "@/features/audit/export";

testDatabase();

let mine: TestMember;
let theirs: TestMember;

async function write(organizationId: string | null, name: string, action: string, target?: string) {
  const actor = { ...nobody, organizationId, name };
  const given = target ? { type: "application", id: "app1", name: target } : undefined;
  await writeAuditAlone({ actor, origin: testOrigin, action, result: "ok", target: given });
}

beforeAll(async () => {
  mine = await testMember(await testOrganization("Mine"), "owner");
  theirs = await testMember(await testOrganization("Theirs"), "owner");
  for (let n = 0; n < 5; n++) await write(mine.organizationId, "ada@example.com", "gitlab.create");
  await write(mine.organizationId, "50%_off key", "gitea.create", "shop");
  await write(theirs.organizationId, "eve@example.com", "gitlab.create");
  await write(null, "stranger", "session.signIn");
  await write("an organization that is gone", "bob", "organization.remove");
});

async function find(input: object = {}, who = mine) {
  const { items } = await all(who.caller, AllAuditEvents.parse(input));
  return items;
}

describe("the audit events of an organization", () => {
  it("are its own only, newest first", async () => {
    const items = await find();
    expect(items).toHaveLength(6);
    expect(items[0]).toMatchObject({
      action: "gitea.create",
      target: { name: "shop" },
      address: "192.0.2.1",
    });
    expect(new Set(items.map((each) => each.organizationId))).toEqual(new Set([mine.organizationId]));
  });

  it("are found by actor, action, result, target and time", async () => {
    expect(await find({ actor: "ADA" })).toHaveLength(5);
    expect(await find({ action: "gitlab." })).toHaveLength(5);
    expect(await find({ result: "denied" })).toHaveLength(0);
    expect(await find({ target: "SHO" })).toHaveLength(1);
    expect(await find({ target: "app1" })).toHaveLength(1);
    expect(await find({ from: "2100-01-01T00:00:00Z" })).toHaveLength(0);
    expect(await find({ to: "2100-01-01T00:00:00Z" })).toHaveLength(6);
  });

  it("are searched for % and _ as plain characters", async () => {
    expect(await find({ actor: "50%_" })).toHaveLength(1);
    expect(await find({ actor: "5%y" })).toHaveLength(0);
    expect(await find({ action: "g_t" })).toHaveLength(0);
    expect(await find({ actor: "a\0da" })).toHaveLength(5);
  });

  it("are paged with cursors that other searches and organizations refuse", async () => {
    const first = await all(mine.caller, AllAuditEvents.parse({ limit: 4 }));
    const rest = await all(mine.caller, AllAuditEvents.parse({ limit: 4, cursor: first.nextCursor }));
    expect([first.items.length, rest.items.length, rest.nextCursor]).toEqual([4, 2, null]);
    const other = AllAuditEvents.parse({ limit: 4, cursor: first.nextCursor, actor: "ada" });
    await expect(all(mine.caller, other)).rejects.toMatchObject({ code: "invalid_input" });
    const foreign = AllAuditEvents.parse({ limit: 4, cursor: first.nextCursor });
    await expect(all(theirs.caller, foreign)).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("the audit events of the instance", () => {
  it("are for instance administrators, and belong to no existing organization", async () => {
    await expect(find({ scope: "instance" })).rejects.toMatchObject({ code: "forbidden" });
    const admin = { ...mine, caller: { ...mine.caller, instanceAdmin: true } };
    const names = (await find({ scope: "instance" }, admin)).map((each) => each.actor);
    expect(names).toEqual(["bob", "stranger"]);
  });
});

describe("an export of the audit", () => {
  it("has every event once, as NDJSON and as CSV with one header line", async () => {
    for (const format of ["ndjson", "csv"] as const) {
      let text = "";
      let cursor: string | null = null;
      do {
        const piece = await exportAudit(mine.caller, ExportAudit.parse({ format, limit: 4, cursor }));
        text += piece.text;
        cursor = piece.nextCursor;
      } while (cursor);
      const lines = text.split(/\r?\n/).filter(Boolean);
      expect(lines).toHaveLength(format === "csv" ? 7 : 6);
      if (format === "ndjson") expect(JSON.parse(lines[0] ?? "")).toMatchObject({ action: "gitea.create" });
    }
  });
});

describe("the audit of a removed organization", () => {
  it("is kept", async () => {
    await db().organization.delete({ where: { organizationId: theirs.organizationId } });
    expect(await db().auditEvent.count({ where: { organizationId: theirs.organizationId } })).toBe(1);
  });
});
