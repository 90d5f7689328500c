import { send } from "@test/kit/call";
import { type TestMember, testKey, testMember, testOrganization } from "@test/kit/member";
import { testDeployment } from "@test/kit/organizations";
import { callAndRecord, headOf } from "@test/leak/calls";
import type { Ids } from "@test/leak/inputs";
import type { Search } from "@test/leak/search";
import type { Ask, SeededHost } from "@test/leak/seed-secrets";
import { hashPassword } from "@/access/password";
import { db } from "@/db/client";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";

type Headers = Record<string, string>;

/** For tests: an organization all of whose secrets are searched for, and its callers. */
export interface LeakFixture {
  search: Search;
  owner: TestMember;
  /** With an API key, with a session cookie, as the owner of another organization, and signed out. */
  callers: Record<"key" | "session" | "stranger" | "nobody", Headers>;
  /** A call with the API key. */
  ask: Ask;
  hosts: SeededHost[];
  /** Ids of things that every organization has. */
  ids: Ids;
}

/** For tests: create the members and everything but the providers. */
export async function makeLeakFixture(search: Search): Promise<LeakFixture> {
  const owner = await testMember(await testOrganization(), "owner");
  const password = search.make("password");
  const passwordHash = await hashPassword(password);
  await db().user.update({ where: { userId: owner.userId }, data: { passwordHash } });
  const key = search.add("API key", await testKey(owner));
  const stranger = await testMember(await testOrganization("Other"), "owner");
  const cookie = await signIn(search, owner.email, password);
  const callers = {
    key: { "x-api-key": key },
    session: { cookie, origin: env().url },
    stranger: { "x-api-key": search.add("API key of a stranger", await testKey(stranger)) },
    nobody: {},
  };
  const ask: Ask = (path, input) =>
    callAndRecord(search, "rest", path, {
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
  const target = await ask("notificationRecipient.create", {
    kind: "webhook",
    address: "http://127.0.0.1:1/hook",
  });
  const deployed = await testDeployment(owner, gitProviderId);
  const { applicationId } = deployed;
  await db().application.update({ where: { applicationId }, data: { name: "Seeded" } });
  const hook = await ask("deployHook.create", { environmentId: deployed.environmentId, name: "Content" });
  const others = { memberId: other.memberId || memberId, sessionId, organizationId, roleId };
  return {
    ...others,
    gitProviderId,
    fromGitProviderId: gitProviderId,
    toGitProviderId: gitProviderId,
    invitationId: String(invitationId),
    apiKeyId: String(key.apiKeyId),
    notificationRecipientId: String(target.notificationRecipientId),
    deployHookId: String(hook.deployHookId),
    ...deployed,
  };
}

/** Sign in as the web app does. The session cookie may appear only in the header that sets it. */
async function signIn(search: Search, email: string, password: string): Promise<string> {
  const csrf = await requestAuth("csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers.getSetCookie().map((line) => line.split(";")[0]);
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    cookie: cookie.join("; "),
    origin: env().url,
  };
  const body = new URLSearchParams({ email, password, csrfToken, json: "true" });
  const answer = await requestAuth("callback/credentials", { method: "POST", headers, body });
  const [pair = ""] =
    answer.headers
      .getSetCookie()
      .find((line) => /session/.test(line))
      ?.split(";") ?? [];
  search.allow("session cookie", "answer of signing in");
  search.add("session cookie", pair.slice(pair.indexOf("=") + 1));
  search.record("answer of signing in", `${headOf(answer)}\n${await answer.text()}`);
  return pair;
}

function requestAuth(path: string, init: RequestInit = {}): Promise<Response> {
  return send(`/api/auth/${path}`, init);
}
