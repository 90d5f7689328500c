import { type TestMember, testKey, testMember, testOrganization } from "@test/kit/member";
import { testDeployment } from "@test/kit/organizations";
import { askAndLook, headOf } from "@test/leak/calls";
import type { Ids } from "@test/leak/inputs";
import type { Search } from "@test/leak/search";
import type { Ask, PlantedHost } from "@test/leak/seed-secrets";
import { hashPassword } from "@/access/password";
import { db } from "@/db/client";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { authDoor } from "@/server/auth-door";

type Headers = Record<string, string>;

/** For tests: an organization whose every secret is a canary, and who may ask for what. */
export interface Bed {
  search: Search;
  owner: TestMember;
  /** By API key, by the cookie of a browser, as the owner of another organization, as nobody. */
  callers: Record<"key" | "session" | "stranger" | "nobody", Headers>;
  /** As an API client with a key would ask. */
  ask: Ask;
  hosts: PlantedHost[];
  /** Ids of things that every organization has. */
  ids: Ids;
}

/** For tests: make the people and the things beside the connections. */
export async function makeBed(search: Search): Promise<Bed> {
  const owner = await testMember(await testOrganization(), "owner");
  const password = search.make("password");
  const passwordHash = await hashPassword(password);
  await db().user.update({ where: { userId: owner.userId }, data: { passwordHash } });
  const key = search.plant("API key", await testKey(owner));
  const stranger = await testMember(await testOrganization("Other"), "owner");
  const cookie = await signIn(search, owner.email, password);
  const callers = {
    key: { "x-api-key": key },
    session: { cookie, origin: env().url },
    stranger: { "x-api-key": search.plant("API key of a stranger", await testKey(stranger)) },
    nobody: {},
  };
  const ask: Ask = (path, input) =>
    askAndLook(search, "plain", path, {
      body: JSON.stringify(input),
      headers: { ...callers.key, "idempotency-key": newId() },
    });
  return { search, owner, callers, ask, hosts: [], ids: await idsOf(owner, ask) };
}

async function idsOf(owner: TestMember, ask: Ask): Promise<Ids> {
  const { organizationId, memberId, sessionId } = owner;
  const other = await testMember(organizationId, "developer");
  const made = await ask("git.create", {
    name: newId(),
    authMethod: "public",
    gitUrl: "https://git.example.com",
  });
  const gitProviderId = String(made.gitProviderId);
  const { roleId } = await db().role.create({
    data: { organizationId, name: "Releaser", permissions: ["application:read"] },
  });
  const { invitationId } = await ask("member.invite", { email: "x@example.com", role: "viewer" });
  const key = await ask("apiKey.create", { name: "second", permissions: ["provider:read"] });
  const target = await ask("noticeTarget.create", { kind: "webhook", address: "http://127.0.0.1:1/hook" });
  const deployed = await testDeployment(owner, gitProviderId);
  const { applicationId } = deployed;
  await db().application.update({ where: { applicationId }, data: { name: "Seeded" } });
  const others = { memberId: other.memberId || memberId, sessionId, organizationId, roleId };
  return {
    ...others,
    gitProviderId,
    fromGitProviderId: gitProviderId,
    toGitProviderId: gitProviderId,
    invitationId: String(invitationId),
    apiKeyId: String(key.apiKeyId),
    noticeTargetId: String(target.noticeTargetId),
    ...deployed,
  };
}

/** Through the door of the web app. The cookie may show in the head that sets it alone. */
async function signIn(search: Search, email: string, password: string): Promise<string> {
  const csrf = await knock("csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers.getSetCookie().map((line) => line.split(";")[0]);
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    cookie: cookie.join("; "),
    origin: env().url,
  };
  const body = new URLSearchParams({ email, password, csrfToken, json: "true" });
  const answer = await knock("callback/credentials", { method: "POST", headers, body });
  const [pair = ""] =
    answer.headers
      .getSetCookie()
      .find((line) => /session/.test(line))
      ?.split(";") ?? [];
  search.allow("session cookie", "answer of signing in");
  search.plant("session cookie", pair.slice(pair.indexOf("=") + 1));
  search.look("answer of signing in", `${headOf(answer)}\n${await answer.text()}`);
  return pair;
}

function knock(way: string, init: RequestInit = {}): Promise<Response> {
  return authDoor(new Request(`${env().url}/api/auth/${way}`, init), way.split("/"));
}
