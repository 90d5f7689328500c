import { post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { testForm, testWorld } from "@test/kit/organizations";
import { reachInMemory } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { db, pool } from "@/db/client";
import { newId } from "@/lib/id";
import { exampleOf } from "@/server/openapi/example";
import { collectSchemas } from "@/server/openapi/schema";
import { procedures } from "@/server/procedure-facts";

vi.setConfig({ testTimeout: 180_000 });
testDatabase();

const mutations = [...procedures.values()].filter(({ type }) => type === "mutation");

/** Procedures that delete things come last, and those that delete everything at the very end. */
const rank = (path: string) =>
  ["organization.remove", "member.leave"].indexOf(path) + 2 * Number(/remove|revoke|leave/.test(path));
const inOrder = [...mutations].sort((a, b) => rank(a.path) - rank(b.path));

let mine: TestMember;
let ids: Record<string, string>;

beforeAll(async () => {
  reachInMemory(async () => new Response("no", { status: 502 }));
  mine = await testMember(await testOrganization("Mine"), "owner");
  const other = await testMember(mine.organizationId, "owner");
  const { sessionId } = await testMember(mine.organizationId, "viewer");
  await db().session.update({ where: { sessionId }, data: { userId: mine.userId } });
  ids = { ...(await testWorld(mine)), memberId: other.memberId, sessionId };
});

/** What the reference shows as an example, with ids that exist. */
function inputOf(path: string): object {
  const { schemas, refs } = collectSchemas();
  const input = procedures.get(path)?.input;
  if (!input) return {};
  const schema = schemas[(refs.get(input) ?? "").split("/").at(-1) ?? ""] ?? {};
  const names = Object.keys(schema.properties ?? {}).filter((name) => ids[name] !== undefined);
  const known = Object.fromEntries(names.map((name) => [name, ids[name]]));
  const given = exampleOf(schema);
  const example = typeof given === "object" && given !== null ? given : {};
  const name = "name" in example && { name: newId() };
  return { ...example, ...name, ...formOf(path), ...known, ...better[path] };
}

function formOf(path: string): object {
  const [type = "", verb] = path.split(".");
  return verb === "create" && procedures.has(`${type}.testConnection`) ? testForm(type) : {};
}

/** Where the example of the reference is refused, one that is not. */
const better: Record<string, object> = {
  "member.updateRole": { role: "owner" },
  "organization.remove": { name: "Renamed" },
  "organization.update": { name: "Renamed" },
};

function events(requestId: string) {
  return db().auditEvent.findMany({ where: { requestId }, orderBy: { auditEventId: "asc" } });
}

async function call(path: string, headers: Record<string, string> = mine.cookies) {
  const requestId = newId();
  const answer = await post("rest", path, inputOf(path), { ...headers, "x-request-id": requestId });
  return { answer, requestId, fault: answer.ok ? null : (await answer.json()).error.fault };
}

const tables = ["organization", "member", "invitation", "api_key", "session", "git_provider", "application"];
tables.push(
  "environment",
  "environment_variable",
  "deployment",
  "user",
  "password_reset",
  "role",
  "git",
  "gitlab",
);

/** Every row that a person can change, as text. When something was last used is bookkeeping. */
async function snapshot(): Promise<string> {
  const queries = tables.map(async (table) => {
    const { rows } = await pool().query(
      `SELECT (to_jsonb(t) - '{lastUsedAt,lastSeenAt,health,updatedAt}'::text[])::text AS row FROM "${table}" t ORDER BY 1`,
    );
    return [table, rows];
  });
  return JSON.stringify(await Promise.all(queries), null, 1);
}

describe("when the audit cannot be written", () => {
  it("every mutation fails and changes nothing", async () => {
    await pool().query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`);
    const before = await snapshot();
    const succeeded: string[] = [];
    for (const { path } of inOrder) {
      const { answer } = await call(path);
      if (answer.ok) succeeded.push(path);
    }
    await pool().query("DROP TRIGGER full_disk ON audit_event; DROP FUNCTION full_disk()");
    expect(succeeded).toEqual([]);
    expect(await snapshot()).toBe(before);
  });
});

describe("every mutation", () => {
  it("that was permitted and tried is recorded: who did what on what, from where, with which result", async () => {
    const wrong: string[] = [];
    const succeeded: string[] = [];
    for (const { path } of inOrder) {
      const { answer, requestId, fault } = await call(path);
      if (fault === "invalid_input") continue;
      if (answer.ok) succeeded.push(path);
      const rows = await events(requestId);
      const row = rows.find(({ action }) => action === path);
      const seen = row && `${row.result} ${row.fault} ${row.address} ${row.actor}`;
      const due = `${answer.ok ? "ok" : "(denied|failed)"} ${fault} unknown ${mine.email}`;
      if (!new RegExp(`^${due}$`).test(seen ?? "")) wrong.push(`${path}: ${seen}, not ${due}`);
      if (answer.ok && !row?.targetId && !noTarget.has(path)) wrong.push(`${path} names no target`);
    }
    expect(wrong).toEqual([]);
    expect(succeeded.length).toBeGreaterThan(30);
  });
});

/** What they change is the caller, or nothing. */
const noTarget = new Set([
  "user.updateProfile",
  "user.changePassword",
  "user.requestPasswordReset",
  "user.endSession",
  "member.leave",
]);
