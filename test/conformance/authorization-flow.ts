import { createHash } from "node:crypto";
import { BASE, NOW } from "@test/conformance/harness";
import type { Http } from "@/lib/http";
import type { CallbackParams, Forge, Grant, Provider, ProviderSession } from "@/providers/provider";
import { CLIENT, seedWorld } from "@/providers/simulator/seed";
import type { Simulate, Simulated } from "@/providers/simulator/simulated";
import type { World } from "@/providers/simulator/world";

type Session = ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;

export const REDIRECT = "https://slipway.example.com/api/callback";
const verifier = "v".repeat(43);
const state = "state-0123456789abcdef";

export interface FlowOptions {
  authMethod?: string;
  settings?: Record<string, unknown>;
  secrets?: Record<string, string | null>;
  version?: string;
  /** Answers in place of the simulated host, which it is given. */
  respond?: (request: Request, host: Simulated) => Response | Promise<Response>;
}

/** A connection by OAuth that nobody has authorized yet, a browser, and a clock that can be put forward. */
export interface AuthorizationFlow {
  host: Simulated;
  world: World;
  sent: Request[];
  authorization: NonNullable<Provider["authorization"]>;
  /** The connection after authorization. */
  session(grant?: Grant): Session;
  forge(grant?: Grant): Forge;
  /** The address that the browser is sent to. */
  link(): Promise<URL>;
  /** Follow the link, decide on the host's page, and come back. */
  decide(decision?: "allow" | "deny"): Promise<CallbackParams>;
  /** The whole flow. */
  connect(): Promise<Grant>;
  renew(grant: Grant): Promise<Grant>;
  pass(seconds: number): void;
}

export function authorizationFlow(
  provider: Provider,
  simulate: Simulate,
  options: FlowOptions = {},
): AuthorizationFlow {
  const { authorization } = provider;
  if (!authorization) throw new Error("this provider has no way through the browser");
  const world = seedWorld();
  world.clients = [{ ...CLIENT, redirectUris: [REDIRECT] }];
  let now = NOW;
  const host = simulate({ world, baseUrl: BASE, now: () => now, version: options.version });
  const sent: Request[] = [];
  const http: Http = {
    async send(request) {
      sent.push(request.clone());
      return options.respond ? options.respond(request, host) : host.respond(request);
    },
  };
  const session = (grant: Grant = {}): Session => connection(host, options, grant, { http, now: () => now });

  async function link(): Promise<URL> {
    const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
    const request = { step: "authorize", state, redirectUri: REDIRECT, codeChallenge, ...slipway };
    const step = await authorization?.begin(session(), request);
    if (step?.kind !== "link") throw new Error("the browser was not sent anywhere");
    return new URL(step.url);
  }

  async function decide(decision = "allow"): Promise<CallbackParams> {
    const url = await link();
    const page = await host.respond(new Request(url));
    if (page.status !== 200) throw new Error(`the host shows no page: ${page.status} ${await page.text()}`);
    const form = new URLSearchParams([...url.searchParams, ["decision", decision]]);
    const answer = await host.respond(new Request(url, { method: "POST", body: form.toString() }));
    const back = new URL(answer.headers.get("location") ?? "");
    const { state: returned, ...params } = Object.fromEntries(back.searchParams);
    if (returned !== state) throw new Error("the host did not bring the state back");
    return { step: "authorize", params, redirectUri: REDIRECT, codeVerifier: verifier };
  }

  const renewed = async (grant: Grant) => {
    if (!provider.renew) throw new Error("this provider renews nothing");
    return merged(grant, await provider.renew(session(grant)));
  };
  return {
    host,
    world,
    sent,
    authorization,
    session,
    link,
    decide,
    forge: (grant) => provider.open(session(grant)),
    connect: async () => authorization.complete(session(), await decide()),
    renew: renewed,
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
  };
}

const slipway = { publicUrl: "https://slipway.example.com", publiclyReachable: true, rowId: "row-1" };

/** The stored connection before authorization: an OAuth application and no token. */
function connection(
  host: Simulated,
  { authMethod = "oauth", settings, secrets }: FlowOptions,
  grant: Grant,
  ports: Pick<Session, "http" | "now">,
): Session {
  const given = host.connections?.[authMethod]?.("");
  if (!given) throw new Error(`the simulated host has no connection by ${authMethod}`);
  const { accessToken: _none, ...registered } = given.secrets;
  return {
    authMethod,
    settings: { ...given.settings, ...host.oauthSettings, ...settings, ...grant.settings },
    secrets: { ...registered, ...secrets, ...grant.secrets },
    git: { lsRemote: () => Promise.reject(new Error("git is not asked")) },
    ...ports,
  };
}

/** The stored values after a refresh: those that it does not return stay as they were. */
function merged(before: Grant, after: Grant): Grant {
  return {
    settings: { ...before.settings, ...after.settings },
    secrets: { ...before.secrets, ...after.secrets },
  };
}
