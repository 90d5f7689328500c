import type { Caller } from "@/access/caller";
import type { Deployment } from "@/features/deployment/contract";

/** Who or what begins a deployment: a member, a program with a key, or an event that no caller stands behind. */
export interface Actor {
  organizationId: string;
  userId: string | null;
  /** For "deployed by …"; empty when the event names nobody. */
  name: string;
  kind: "member" | "key" | "push" | "tag" | "pullRequest" | "schedule" | "deployHook";
}

/** A caller as the actor of what it begins. */
export function actorOf({ organizationId, userId, name, via }: Caller): Actor {
  return { organizationId, userId, name, kind: via.kind === "key" ? "key" : "member" };
}

const triggers: Record<Actor["kind"], Deployment["trigger"]> = {
  member: "manual",
  key: "api",
  push: "push",
  tag: "tag",
  pullRequest: "pullRequest",
  schedule: "schedule",
  deployHook: "deployHook",
};

/** What began a deployment that is neither a retry nor a rollback. */
export function triggerOf({ kind }: Pick<Actor, "kind">): Deployment["trigger"] {
  return triggers[kind];
}
