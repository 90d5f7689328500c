import { send } from "@test/kit/call";
import { headOf } from "@test/leak/calls";
import type { Search } from "@test/leak/search";
import type { Ask, SeededHost } from "@test/leak/seed-secrets";
import { addStoredSecrets } from "@test/leak/stored-secrets";
import { organizationPath } from "@/access/organization-slug";
import { db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { newId } from "@/lib/id";
import { open } from "@/lib/seal";

/** For tests: who authorizes, and with which browser cookies. */
export interface AuthorizingMember {
  search: Search;
  ask: Ask;
  cookies: Record<string, string>;
}

/**
 * For tests: authorize a connection through the pages of a host, and record each of our own answers.
 * @returns whether the host gave tokens; false where it has no OAuth that this machine can reach
 */
export async function authorizeAndRecord(member: AuthorizingMember, host: SeededHost): Promise<boolean> {
  const connection = host.served.host.connections?.oauth?.("");
  if (!connection) return false;
  const gitProviderId = await unauthorized(member, host, connection);
  const page = await startAuthorization(member, gitProviderId);
  const link = /content="0;url=([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&");
  if (!link?.startsWith(host.served.url)) return false;
  await addFlow(member.search, gitProviderId, link);
  const back = await approve(link);
  if (!back) return false;
  member.search.add("OAuth code", back.searchParams.get("code") ?? "");
  const { cookie = "" } = member.cookies;
  const answer = await send(`${back.pathname}${back.search}`, { headers: { cookie } });
  member.search.record("answer of a callback", `${headOf(answer)}\n${await answer.text()}`);
  await addStoredSecrets(member.search);
  host.providerIds.push(gitProviderId);
  return answer.headers.get("location")?.endsWith(`/providers/${gitProviderId}`) === true;
}

async function unauthorized(
  { ask }: AuthorizingMember,
  { provider, served, world, rowIds }: SeededHost,
  connection: object,
) {
  const { settings, secrets } = connection as { settings: object; secrets: Record<string, string | null> };
  const [client] = world.clients ?? [];
  const { accessToken: _none, ...registered } = secrets;
  const own = Object.fromEntries(Object.keys(registered).map((name) => [name, client?.secret]));
  const told = Object.entries({ ...settings, ...served.host.oauthSettings, ...own });
  const fields = { organizationName: "acme", ...Object.fromEntries(told.filter(([, value]) => value)) };
  const made = await ask(`${provider.type}.create`, { name: newId(), authMethod: "oauth", ...fields });
  const row = made[provider.type] as Record<string, unknown> | undefined;
  if (!row) throw new Error(`${provider.type} was not made: ${JSON.stringify(made)}`);
  rowIds.push(String(row[provider.idField]));
  return String(made.gitProviderId);
}

/** The page that sends the browser to the host is the only output that may show the state. */
async function startAuthorization(
  { search, cookies }: AuthorizingMember,
  gitProviderId: string,
): Promise<string> {
  const { organizationId } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
  const home = await organizationPath(organizationId);
  const url = `${home}/providers/${gitProviderId}/authorize/step`;
  const headers = { "content-type": "application/x-www-form-urlencoded", ...cookies };
  const answer = await send(url, { method: "POST", body: "", headers });
  const page = await answer.text();
  search.allow("OAuth state", "page that leads to a host");
  search.record("page that leads to a host", `${headOf(answer)}\n${page}`);
  return page;
}

async function addFlow(search: Search, gitProviderId: string, link: string): Promise<void> {
  search.add("OAuth state", new URL(link).searchParams.get("state") ?? "");
  const flow = await db().oauthFlow.findFirstOrThrow({ where: { gitProviderId } });
  if (!flow.codeVerifier) throw new Error("the authorization flow has no verifier");
  search.add("OAuth verifier", open(flow.codeVerifier, sealContext("oauth_flow", flow)));
}

/** Press the button on the host's page, over real HTTP. */
async function approve(link: string): Promise<URL | null> {
  const form = new URLSearchParams([...new URL(link).searchParams, ["decision", "allow"]]);
  const answer = await fetch(link, { method: "POST", body: form.toString(), redirect: "manual" });
  const location = answer.headers.get("location");
  return location ? new URL(location) : null;
}
