/** A connection to the simulated host, for this folder's tests. */

import { type HarnessOptions, harness } from "@test/conformance/harness";
import { Fault } from "@/lib/fault";
import { github } from "@/providers/github";
import { simulate } from "@/providers/github/fake";
import type { Forge } from "@/providers/provider";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

export const BASE = "https://git.example.com/sub";
export const API = `${BASE}/api/v3`;
export const FINE_GRAINED = "github_pat_11AAAA7F3c9a51e0d24b6688aa10c2";

export function setUp(options: HarnessOptions = {}) {
  return harness(github, simulate, options);
}

export function listing(forge: Forge): NonNullable<Forge["repositories"]> {
  if (!forge.repositories) throw new Error("no list");
  return forge.repositories;
}

/** The fault that a call ends in; anything else goes on. */
export async function faultOf(action: Promise<unknown>): Promise<Fault> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it should have failed");
}

/** The world, with the bot's classic token narrowed to some scopes. */
export function withScopes(scopes: string[]): World {
  const world = seedWorld();
  for (const token of world.tokens) if (token.value === BOT_TOKEN) token.scopes = scopes;
  return world;
}

/** The world, with a fine-grained token of the bot. */
export function withPermissions(permissions: string[] | null): World {
  const world = seedWorld();
  world.tokens.push({ value: FINE_GRAINED, login: "acme-bot", scopes: permissions });
  return world;
}

export function refuse(status: number, message: string, headers: Record<string, string> = {}) {
  return () =>
    Response.json({ message, documentation_url: "https://docs.github.com/rest" }, { status, headers });
}
