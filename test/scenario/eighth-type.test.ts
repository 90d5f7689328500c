import { simulate } from "@test/conformance/toy/fake";
import { owner, post } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { reachHosts } from "@test/kit/provider-api";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { db, pool } from "@/db/client";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { env } from "@/lib/env";
import type { Report } from "@/providers/connection/report";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { openApiDocument } from "@/server/openapi/document";
import { procedures } from "@/server/procedure-facts";

/** The one line in the registry. */
vi.mock("@/providers/registry", async (original) => {
  const { registry } = await original<typeof import("@/providers/registry")>();
  const { toy } = await import("@test/conformance/toy");
  return { registry: { ...registry, toy } };
});

testDatabase();

/** Create the table that the migration of a new type would create. */
beforeAll(async () => {
  await pool().query(`CREATE TABLE "toy" ("toyId" TEXT PRIMARY KEY, "gitProviderId" TEXT NOT NULL UNIQUE REFERENCES
    "git_provider" ON DELETE CASCADE, "toyUrl" TEXT NOT NULL, "toyOwner" TEXT, "accessToken" TEXT)`);
});

const toyUrl = "https://git.example.com/sub";

async function client() {
  reachHosts({ "git.example.com": simulate({ world: seedWorld(), baseUrl: toyUrl }) });
  const { key } = await owner();
  return async <Answer>(name: string, body: object): Promise<Answer> => {
    const answer = await post("rest", name, body, key);
    const text = await answer.text();
    expect([name, answer.status, text]).toEqual([name, 200, text]);
    return JSON.parse(text);
  };
}

describe("a new provider type with one folder, one table and one line in the registry", () => {
  it("has its router, with every procedure that the others have", () => {
    const verbs = (type: string) =>
      [...procedures.keys()].filter((path) => path.startsWith(`${type}.`)).map((path) => path.split(".")[1]);
    expect(verbs("toy")).toEqual(verbs("gitea"));
    expect(verbs("toy")).toContain("testConnection");
  });

  it("has its form, with the redirect address", async () => {
    const send = await client();
    const types = await send<GitProviderType[]>("gitProvider.types", {});
    expect(types.find(({ type }) => type === "toy")).toMatchObject({
      label: "Toy",
      idField: "toyId",
      callbackUrl: `${env().url}/api/toy/callback`,
      methods: {
        token: { fields: [{ name: "toyUrl" }, { name: "toyOwner" }, { name: "accessToken", secret: true }] },
      },
    });
  });

  it("has its procedures in the API description", () => {
    const { paths } = openApiDocument() as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/api/toy.create", "/api/toy.branches"]));
  });

  it("is created, tested, listed, changed, deployed from and removed", async () => {
    const send = await client();
    const fields = { toyUrl, accessToken: BOT_TOKEN };
    const made = await send<GitProvider & { toy: { toyId: string } }>("toy.create", {
      name: "Mine",
      ...fields,
    });
    expect(made).toMatchObject({ providerType: "toy", gitea: null, toy: { toyUrl, hasAccessToken: true } });
    const { toyId } = made.toy;
    const report = await send<Report>("toy.testConnection", { toyId });
    expect(report).toMatchObject({ ok: true, account: { name: "acme-bot" } });
    const repositories = await send<{ items: { fullName: string }[] }>("toy.repositories", { toyId });
    expect(repositories.items.map(({ fullName }) => fullName)).toContain("acme/site");
    const branches = await send<{ items: { name: string }[] }>("toy.branches", {
      toyId,
      owner: "acme",
      repo: "site",
    });
    expect(branches.items.map(({ name }) => name)).toContain("main");
    const changed = await send<GitProvider>("toy.update", { toyId, toyOwner: "acme" });
    expect(changed).toMatchObject({ toy: { toyOwner: "acme", hasAccessToken: true } });
    const all = await send<GitProvider[]>("gitProvider.getAll", {});
    expect(all[0]).toMatchObject({ toy: { toyId } });
    const { gitProviderId } = made;
    const { applicationId } = await send<{ applicationId: string }>("application.create", {
      name: "Site",
      gitProviderId,
      repository: "acme/site",
    });
    await send("application.remove", { applicationId });
    await send("gitProvider.remove", { gitProviderId });
    expect(await db().gitProvider.count({ where: { gitProviderId } })).toBe(0);
  });
});
