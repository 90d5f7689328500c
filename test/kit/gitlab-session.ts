/** A connection to the simulated host, for this folder's tests. */

import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Http } from "@/lib/http";
import { gitlab } from "@/providers/gitlab";
import { simulate } from "@/providers/gitlab/fake";
import type { Forge, RepositoryQuery } from "@/providers/provider";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

const NOW = new Date("2026-11-21T12:00:00Z");
export const BASE = "https://git.example.com/gitlab";
export const SITE = { fullName: "acme/site" };

export interface Setup {
  world?: World;
  token?: string;
  settings?: Record<string, unknown>;
  /** Changes an answer on its way back. */
  through?: (request: Request, response: Response) => Response | Promise<Response>;
  answer?: (request: Request) => Response;
}

export function setUp({ world = seedWorld(), token = BOT_TOKEN, settings, through, answer }: Setup = {}) {
  const host = simulate({ world, baseUrl: BASE, now: () => NOW });
  const sent: Request[] = [];
  const http: Http = {
    async send(request) {
      sent.push(request);
      if (answer) return answer(request);
      const response = await host.respond(request);
      return through ? through(request, response) : response;
    },
  };
  const forge = gitlab.open({
    authMethod: "token",
    settings: { gitlabUrl: BASE, ...settings },
    secrets: { accessToken: token },
    http,
    git: { lsRemote: () => Promise.reject(new Error("git is not asked")) },
    now: () => NOW,
  });
  return { forge, sent, world };
}

export function listOf(forge: Forge, query: Partial<RepositoryQuery> = {}): Promise<Page<Repository>> {
  if (!forge.repositories) throw new Error("no list");
  return forge.repositories.list({ limit: 30, ...query });
}

export async function faultOf(action: Promise<unknown>): Promise<{ code: string; reason: Fault["reason"] }> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, reason: error.reason };
    throw error;
  }
  throw new Error("it should have failed");
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

export function withScopes(scopes: string[]): World {
  const world = seedWorld();
  for (const token of world.tokens) token.scopes = scopes;
  return world;
}
