/** A connection to the simulated host, for this folder's tests. */

import { type HarnessOptions, harness } from "@test/conformance/harness";
import { Fault } from "@/lib/fault";
import { bitbucket } from "@/providers/bitbucket";
import { simulate } from "@/providers/bitbucket/fake";
import type { Forge } from "@/providers/provider";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulate } from "@/providers/simulator/simulated";
import type { World } from "@/providers/simulator/world";

export const BASE = "https://git.example.com/sub";
export const API = `${BASE}/!api/2.0`;
export const WORKSPACE_TOKEN = "ATCTT3xFfGF07F3c9a51e0d24b6688";

export function setUp(options: HarnessOptions = {}) {
  return harness(bitbucket, simulate, options);
}

/** Signed in by another method; its settings and secrets beside the address. */
export function setUpBy(
  authMethod: string,
  settings: Record<string, unknown>,
  secrets: Record<string, string>,
  options: HarnessOptions = {},
) {
  const by: Simulate = (given) => ({
    ...simulate(given),
    connection: () => ({ authMethod, settings: { bitbucketUrl: given.baseUrl, ...settings }, secrets }),
  });
  return harness(bitbucket, by, { world: withWorkspaceToken(null), ...options });
}

export function listing(forge: Forge): NonNullable<Forge["repositories"]> {
  if (!forge.repositories) throw new Error("no list");
  return forge.repositories;
}

export async function namesOf(list: Promise<{ items: { fullName: string }[] }>): Promise<string[]> {
  return (await list).items.map((one) => one.fullName);
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

/** The world, with the bot's API token narrowed to some scopes. */
export function withScopes(scopes: string[]): World {
  const world = seedWorld();
  for (const token of world.tokens) if (token.value === BOT_TOKEN) token.scopes = scopes;
  return world;
}

export function withWorkspaceToken(scopes: string[] | null): World {
  const world = seedWorld();
  world.tokens.push({ value: WORKSPACE_TOKEN, login: "acme-bot", scopes });
  return world;
}

export function refuse(status: number, message: string, detail?: unknown) {
  return () => Response.json({ type: "error", error: { message, detail } }, { status });
}
