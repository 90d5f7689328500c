import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testKey, testMember, testOrganization } from "@test/kit/member";
import { testDeployment, testWorld } from "@test/kit/organizations";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";
import { exampleOf } from "@/server/openapi/example";
import { collectSchemas, type JsonSchema } from "@/server/openapi/schema";
import { type ProcedureFacts, procedures } from "@/server/procedure-facts";

testDatabase();
// It calls every procedure that takes an id, twice.
vi.setConfig({ testTimeout: 90_000 });

/** Columns of a type that end in Id are ids of the host, such as GitLab's `applicationId`: they name nothing of ours. */
function isOfTheHost(path: string, field: string): boolean {
  const type = path.split(".")[0] ?? "";
  const provider = Object.values(registry).find((each) => each.type === type);
  return provider !== undefined && (field in provider.settings.shape || field in provider.secrets.shape);
}

/** A name that exists nowhere, for procedures that take the fields of every type. */
function isOfSomeHost(field: string): boolean {
  const of = (provider: (typeof registry)[string]) =>
    provider !== undefined && (field in provider.settings.shape || field in provider.secrets.shape);
  return !(field in foreign) && Object.values(registry).some(of);
}

/** Lists that take an id as a filter: an unknown one matches nothing. */
const filters = new Set(["deployment.all", "webhook.all", "webhook.deliveries"]);

/** Where an example of required fields alone is refused. */
const needed: Record<string, object> = { "preview.create": { branch: "main" } };

let mine: TestMember;
let theirs: TestMember;
let foreign: Record<string, string>;

async function call(path: string, body: object, headers: Record<string, string>) {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
  const answer = await send(`/api/${path}`, init);
  return { status: answer.status, body: await answer.json() };
}

async function typedOwn() {
  const data = { name: newId(), providerType: "git", authMethod: "public", health: { state: "pending" } };
  return db().gitProvider.create({ data: { ...data, organizationId: mine.organizationId } });
}

/** All rows of the other organization, as text. */
async function snapshot(): Promise<string> {
  const where = { organizationId: theirs.organizationId };
  const rows = await Promise.all([
    db().gitProvider.findMany({ where, include: { gitea: true, gitlab: true, git: true } }),
    db().application.findMany({ where, include: { environments: true, deployments: true } }),
    db().organization.findMany({
      where,
      include: { members: true, invitations: true, apiKeys: true, notificationRecipients: true },
    }),
    db().session.findMany({ where: { userId: theirs.userId } }),
  ]);
  return JSON.stringify(rows);
}

beforeAll(async () => {
  mine = await testMember(await testOrganization("Mine"), "owner");
  theirs = await testMember(await testOrganization("Theirs"), "owner");
  foreign = await testWorld(theirs);
});

function idFields({ path }: ProcedureFacts, schema: JsonSchema): string[] {
  const names = Object.keys(schema.properties ?? {}).filter((name) => /Id$/.test(name));
  return names.filter((name) => name !== "lastEventId" && !isOfTheHost(path, name) && !isOfSomeHost(name));
}

describe("the ids of another organization", () => {
  it("answer exactly as ids that do not exist, for every procedure that takes one, and change nothing", async () => {
    const { schemas, refs } = collectSchemas();
    const before = await snapshot();
    const wrong: string[] = [];
    let swept = 0;
    for (const facts of procedures.values()) {
      if (!facts.input || facts.type === "subscription") continue;
      const schema = schemas[(refs.get(facts.input) ?? "").split("/").at(-1) ?? ""] ?? {};
      const names = idFields(facts, schema);
      if (names.length === 0) continue;
      swept++;
      const unknown = names.filter((name) => !foreign[name]);
      if (unknown.length > 0) wrong.push(`${facts.path} has no example of ${unknown.join(", ")}`);
      const example = exampleOf(schema) as object;
      const tries = [foreign, Object.fromEntries(names.map((name) => [name, newId()]))].map((ids) => ({
        ...example,
        ...needed[facts.path],
        ...Object.fromEntries(names.map((name) => [name, ids[name]])),
      }));
      const [other, nobody] = await Promise.all(tries.map((body) => call(facts.path, body, mine.cookies)));
      delete other?.body.error?.requestId;
      delete nobody?.body.error?.requestId;
      if (JSON.stringify(other) !== JSON.stringify(nobody)) wrong.push(`${facts.path} tells them apart`);
      if (other?.status !== 404 && !filters.has(facts.path)) {
        wrong.push(`${facts.path} ${other?.status} ${JSON.stringify(other?.body).slice(0, 200)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(swept).toBeGreaterThan(40);
    expect(await snapshot()).toBe(before);
  });

  it("appear in no list", async () => {
    const lists = [
      "gitProvider.getAll",
      "application.all",
      "deployment.all",
      "webhook.all",
      "webhook.deliveries",
      "member.all",
      "apiKey.all",
      "organization.list",
    ];
    for (const path of lists) {
      const { status, body } = await call(path, {}, mine.cookies);
      expect([path, status]).toEqual([path, 200]);
      const text = JSON.stringify(body);
      expect([path, Object.values(foreign).filter((id) => text.includes(id))]).toEqual([path, []]);
    }
  });

  it("end a subscription before it begins", async () => {
    const read = async (deploymentId: string) => {
      const url = `/api/deployment.watch?deploymentId=${deploymentId}`;
      const answer = await send(url, { headers: mine.cookies });
      return [answer.status, (await answer.json()).error.fault];
    };
    expect(await read(foreign.deploymentId ?? "")).toEqual([404, "not_found"]);
    expect(await read(newId())).toEqual([404, "not_found"]);
  });

  it("and an open stream ends soon after its API key is revoked", async () => {
    const { deploymentId } = await testDeployment(mine, (await typedOwn()).gitProviderId);
    await db().deployment.update({ where: { deploymentId }, data: { status: "running" } });
    const key = await testKey(mine, ["deployment:read"]);
    const url = `/api/deployment.watch?deploymentId=${deploymentId}`;
    const answer = await send(url, { headers: { "x-api-key": key } });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const text = answer.text();
    await db().apiKey.updateMany({ where: { memberId: mine.memberId }, data: { revokedAt: new Date() } });
    expect(await text).toContain(deploymentId);
  });
});
