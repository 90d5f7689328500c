import { createHmac } from "node:crypto";
import type {
  World,
  WorldCommit,
  WorldDelivery,
  WorldHook,
  WorldRepository,
  WorldStatus,
} from "@/providers/simulator/world";

export interface WorldPush {
  kind: "push";
  /** `refs/heads/main` */
  ref: string;
  before: string | null;
  after: string | null;
  /** Changed by the newest commit. */
  files?: readonly string[];
}

export interface WorldRequest {
  kind: "pullRequest";
  action: "opened" | "updated" | "closed" | "merged";
  number: number;
  title: string;
  branch: string;
  sha: string;
  base: string;
  labels: readonly string[];
  /** The fork that it comes from. */
  from?: WorldRepository;
}

export type WorldEvent = WorldPush | WorldRequest;

/** A request that the host would send. Whoever simulates decides whether it arrives. */
export interface Outgoing {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** What the host wrote down of it, where it has a log: whoever delivers sets the status. */
  logged?: WorldDelivery;
}

/** Hooks of a host over its world: the calls that manage them, and what is sent to them. */
export interface SimulatedHooks {
  /** Null for a call that is about something else. */
  respond(request: Request): Promise<Response | null>;
  deliveries(repository: WorldRepository, event: WorldEvent): Outgoing[];
}

export const ZEROS = "0".repeat(40);

export function hmac(secret: string, body: string): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

/** The active hooks of a repository that hear of any of these events. */
export function listening(world: World, repository: WorldRepository, events: readonly string[]): WorldHook[] {
  return hooksOf(world, repository).filter(
    (one) => one.active && events.some((name) => one.events.includes(name)),
  );
}

export function hooksOf(world: World, repository: WorldRepository): WorldHook[] {
  return (world.hooks ?? []).filter((one) => one.repositoryId === repository.id);
}

export function addHook(world: World, hook: Omit<WorldHook, "id">): WorldHook {
  const all = world.hooks ?? [];
  const added = { ...hook, id: 1 + Math.max(500, ...all.map((one) => one.id)) };
  world.hooks = [...all, added];
  return added;
}

export function removeHook(world: World, hook: WorldHook): void {
  world.hooks = (world.hooks ?? []).filter((one) => one !== hook);
}

/** A status replaces that of the same commit and name. */
export function setStatus(world: World, status: WorldStatus): void {
  const { sha, context } = status;
  const others = (world.statuses ?? []).filter((one) => one.sha !== sha || one.context !== context);
  world.statuses = [...others, status];
}

/** Commits that a push brought, oldest first, along the first parents. */
export function pushed(repository: WorldRepository, { before, after }: WorldPush): WorldCommit[] {
  const found: WorldCommit[] = [];
  let commit = repository.commits.get(after ?? "");
  while (commit && commit.sha !== before && before !== null) {
    found.unshift(commit);
    commit = repository.commits.get(commit.parents[0] ?? "");
  }
  return found;
}

/** An id for each delivery: the same for what is delivered again. */
export function deliveryId(hook: Pick<WorldHook, "id">, body: string): string {
  const hex = hmac(String(hook.id), body);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** The JSON of a request; an empty object when it has none, or another form. */
export async function sentJson(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  return text.startsWith("{") ? JSON.parse(text) : {};
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function namesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
