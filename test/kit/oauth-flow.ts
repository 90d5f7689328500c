import type { TestMember } from "@test/kit/member";
import { call, reachInMemory } from "@test/kit/provider-api";
import { type TokenHost, tokenHost } from "@test/kit/token-host";
import type { GitProvider } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import type { AuthorizationServerOptions } from "@/providers/simulator/authorization-server";
import { CLIENT } from "@/providers/simulator/seed";

const gitlabUrl = "https://git.example.com";

/** For tests: a GitLab at `gitlabUrl`, and what was sent to it. */
export function oauthHost(changes: Partial<AuthorizationServerOptions> = {}): TokenHost {
  const host = tokenHost(gitlabUrl, changes);
  reachInMemory(async (request) => {
    const answer = await host.respond(request);
    if (answer === "drop") throw new TypeError("the connection broke");
    return answer;
  });
  return host;
}

/** For tests: a provider that waits to be authorized. */
export async function unauthorizedProvider(
  owner: TestMember,
): Promise<GitProvider & { authorizeUrl?: string }> {
  return call(owner.caller, "gitlab.create", {
    name: `GitLab ${newId()}`,
    authMethod: "oauth",
    gitlabUrl,
    applicationId: CLIENT.id,
    secret: CLIENT.secret,
  });
}

/** For tests: where a person comes back to after deciding on the host's page. */
export async function decide(host: TokenHost, link: string, decision = "allow"): Promise<URL> {
  const form = new URL(link).searchParams;
  form.set("decision", decision);
  const answer = await host.server.respond(
    new Request(`${host.url}/oauth/authorize`, { method: "POST", body: form.toString() }),
  );
  return new URL(answer?.headers.get("location") ?? "");
}
