import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, said } from "@test/kit/provider-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { CreatedGitProvider, GitProvider } from "@/features/git-provider/contract";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { openSecrets } from "@/features/git-provider/record/store";
import { newId } from "@/lib/id";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

testDatabase();

const secret = "secret-4b7d1f0c9e";
let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

afterAll(() => {
  expect(said.length).toBeGreaterThan(20);
  expect(said.filter((text) => text.includes(secret))).toEqual([]);
});

function makeGitea(fields: Record<string, unknown> = {}) {
  const name = `Gitea ${newId()}`;
  const given = { name, giteaUrl: "https://git.example.com/sub/", accessToken: `${secret}-token` };
  return call<CreatedGitProvider>(owner.caller, "gitea.create", { ...given, ...fields });
}

function idOf(provider: GitProvider): string {
  return String(provider.gitea?.giteaId);
}

describe("updating a provider", () => {
  const update = (provider: GitProvider, fields: Record<string, unknown>) =>
    call<GitProvider>(owner.caller, "gitea.update", { giteaId: idOf(provider), ...fields });

  async function secretOf(provider: GitProvider) {
    const { session } = await openForge(owner.caller, provider.gitProviderId);
    return session.secrets;
  }

  it("keeps a secret that is blank or missing", async () => {
    const made = await makeGitea();
    await update(made, { description: "New", accessToken: "" });
    await update(made, { organizationName: "acme", accessToken: null });
    expect((await secretOf(made)).accessToken).toBe(`${secret}-token`);
  });

  it("replaces a given secret, and forgets the expiry and the health of the old one", async () => {
    const made = await makeGitea({ tokenExpiresOn: "2099-01-01" });
    await db()
      .$executeRaw`UPDATE "git_provider" SET "health" = '{"state":"ok","checkedAt":"2026-01-01T00:00:00Z"}'
      WHERE "gitProviderId" = ${made.gitProviderId}`;
    const kept = await update(made, { description: "x" });
    expect(kept).toMatchObject({ health: { state: "ok" }, tokenExpiresOn: "2099-01-01" });
    const after = await update(made, { accessToken: `${secret}-new` });
    expect(after).toMatchObject({ health: { state: "pending" }, tokenExpiresOn: null });
    expect((await secretOf(made)).accessToken).toBe(`${secret}-new`);
  });

  it("asks for the secret again when the address changes, also to an internal one", async () => {
    const made = await makeGitea();
    for (const fields of [
      { giteaUrl: "https://evil.example.com" },
      { giteaInternalUrl: "https://evil.example.com" },
      { giteaUrl: "https://git.example.com/other", accessToken: " " },
    ]) {
      const fault = await faultOfCall(owner.caller, "gitea.update", {
        giteaId: idOf(made),
        ...fields,
      });
      expect(fault.issues).toMatchObject([{ path: "accessToken" }]);
    }
    const same = await update(made, { giteaUrl: "https://git.example.com/sub" });
    expect(same.gitea?.giteaUrl).toBe("https://git.example.com/sub");
    const moved = await update(made, { giteaUrl: "https://new.example.com", accessToken: `${secret}-2` });
    expect(moved.gitea?.giteaUrl).toBe("https://new.example.com");
  });

  it("does not keep secrets for another address that were not entered again", async () => {
    const made = await makeGitea({ clientSecret: secret, clientId: "id", refreshToken: secret });
    await update(made, { giteaUrl: "https://new.example.com", clientSecret: `${secret}-2` });
    const row = await readProvider(viewerOf(owner.caller), made.gitProviderId);
    expect(await openSecrets(db(), registry.gitea as Provider, row)).toEqual({
      clientSecret: `${secret}-2`,
      accessToken: null,
      refreshToken: null,
    });
  });

  it("needs authorization again when the tokens were dropped, and still does after another change", async () => {
    const given = { clientId: "id", clientSecret: secret, refreshToken: secret };
    const made = await makeGitea(given);
    const pending = { state: "pending", reason: { code: "authorize_pending" } };
    const moved = { giteaUrl: "https://new.example.com", clientSecret: `${secret}-2` };
    expect(await update(made, moved)).toMatchObject({ health: pending });
    expect(await update(made, { clientSecret: `${secret}-3` })).toMatchObject({ health: pending });
    const brought = await update(made, { accessToken: `${secret}-4` });
    expect(brought).toMatchObject({ health: { state: "pending", reason: { code: "not_tested" } } });
  });

  it("clears a blank setting and leaves one that is null", async () => {
    const made = await makeGitea({ organizationName: "acme" });
    expect((await update(made, { organizationName: null })).gitea?.organizationName).toBe("acme");
    expect((await update(made, { organizationName: "" })).gitea?.organizationName).toBeNull();
  });

  it("never changes the type, the owner or the organization", async () => {
    const made = await makeGitea();
    const after = await update(made, {
      providerType: "gitlab",
      organizationId: "x",
      userId: "y",
      isDefault: true,
    });
    // `create` returns `credentialPage`, `update` does not.
    expect({ ...after, updatedAt: "" }).toEqual({ ...made, credentialPage: undefined, updatedAt: "" });
  });

  it("keeps one of several concurrent new secrets, and reports a conflict to the others", async () => {
    const made = await makeGitea();
    const tokens = Array.from({ length: 6 }, (_, n) => `${secret}-${n}`);
    const all = await Promise.allSettled(tokens.map((accessToken) => update(made, { accessToken })));
    const lost = all.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    for (const fault of lost) expect(fault).toMatchObject({ reason: { code: "provider_changed" } });
    const kept = tokens.filter((_, n) => all[n]?.status === "fulfilled");
    expect(kept).toContain((await secretOf(made)).accessToken);
  });

  it("refuses a name that is taken", async () => {
    const [a, b] = [await makeGitea(), await makeGitea()];
    const given = { giteaId: idOf(a), name: b.name };
    const fault = await faultOfCall(owner.caller, "gitea.update", given);
    expect(fault.reason.code).toBe("name_taken");
  });

  it("does not find a provider by the id of another type or another organization", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const made = await makeGitea();
    const giteaId = idOf(made);
    const faults = [
      await faultOfCall(other.caller, "gitea.one", { giteaId }),
      await faultOfCall(owner.caller, "gitea.one", { giteaId: newId() }),
      await faultOfCall(owner.caller, "gitea.one", { giteaId: "a\0b" }),
      await faultOfCall(owner.caller, "gitlab.one", { gitlabId: giteaId }),
      await faultOfCall(other.caller, "gitea.update", { giteaId, name: "Mine now" }),
      await faultOfCall(other.caller, "gitProvider.one", { gitProviderId: made.gitProviderId }),
    ];
    for (const fault of faults) {
      expect([fault.code, fault.reason]).toEqual([
        "not_found",
        { code: "not_found", params: { what: "provider" } },
      ]);
    }
  });
});
