/** A connection through an App of the simulated host, for this folder's tests. */

import { BASE, type HarnessOptions, harness, NOW } from "@test/conformance/harness";
import type { Http } from "@/lib/http";
import { github } from "@/providers/github";
import type { Session } from "@/providers/github/api";
import { simulate } from "@/providers/github/fake";
import { appsOf } from "@/providers/github/fake/apps";
import type { AuthorizationRequest, CallbackParams, Grant, Provider } from "@/providers/provider";
import { seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

export const REDIRECT = "https://slipway.example.com/api/github/callback";

/** The App `acme-bot`, with installations on `acme`, on its own account and on a part of `ada`'s. */
export function setUpApp(options: HarnessOptions = {}) {
  const made = harness(github, simulate, { ...options, authMethod: "app" });
  return { ...made, state: appsOf(made.world) };
}

type AnySession = Parameters<Provider["open"]>[0];

/** A connection with what is stored of it, over a world whose clock stands where it is put. */
export function stored(world: World, settings: Session["settings"], secrets: Session["secrets"] = {}) {
  const clock = { now: NOW };
  const host = simulate({ world, baseUrl: BASE, now: () => clock.now });
  const sent: Request[] = [];
  const http: Http = {
    async send(request) {
      sent.push(request.clone());
      return host.respond(request);
    },
  };
  const session = (grant: Grant = {}): AnySession => ({
    authMethod: "app",
    settings: { ...settings, ...grant.settings },
    secrets: { ...secrets, ...grant.secrets },
    http,
    git: { lsRemote: () => Promise.reject(new Error("git is not asked")) },
    // Stored times come from the local clock, which a test may set wrong.
    now: () => NOW,
  });
  return { host, sent, session, clock, state: appsOf(world), world };
}

/** Nothing entered by hand: only the address, and the account for the new App. */
export function fresh(settings: Partial<Session["settings"]> = {}) {
  return stored(seedWorld(), { githubUrl: BASE, organization: "acme", ...settings });
}

export function authorizationOf(): NonNullable<Provider["authorization"]> {
  if (!github.authorization) throw new Error("GitHub has a way through the browser");
  return github.authorization;
}

export function request(step: string, given: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  return {
    step,
    state: "state-0123456789",
    redirectUri: REDIRECT,
    codeChallenge: "challenge",
    publicUrl: "https://slipway.example.com",
    publiclyReachable: true,
    rowId: "row-12345678",
    ...given,
  };
}

export function answer(step: string, params: Record<string, string>): CallbackParams {
  return { step, params, redirectUri: REDIRECT, codeVerifier: "verifier" };
}

/** What a browser does with a page of the host: send its form, with one of its buttons. */
export async function press(
  host: ReturnType<typeof simulate>,
  at: URL,
  page: string,
  given: Record<string, string> = {},
): Promise<Response> {
  const action = /<form method="post" action="([^"]*)"/.exec(page)?.[1] ?? "";
  const fields = [...page.matchAll(/<input(?: type="hidden")? name="([^"]*)" value="([^"]*)"/g)];
  const form = new URLSearchParams(fields.map(([, name = "", value = ""]) => [name, plain(value)]));
  for (const [name, value] of Object.entries(given)) form.set(name, value);
  return host.respond(new Request(new URL(action, at), { method: "POST", body: form.toString() }));
}

/** The parameters that a redirect of the host brings back, `state` checked and taken away. */
export function broughtBack(response: Response): Record<string, string> {
  const url = new URL(response.headers.get("location") ?? "");
  const { state, ...params } = Object.fromEntries(url.searchParams);
  if (state !== "state-0123456789") throw new Error(`the state was ${state}`);
  return params;
}

function plain(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
