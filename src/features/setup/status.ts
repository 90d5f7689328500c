import { db } from "@/db/client";
import type { SetupStatus } from "@/features/setup/contract";
import manifest from "../../../package.json" with { type: "json" };

/** Whether the instance has an owner, and which version it is. */
export async function setupStatus(): Promise<SetupStatus> {
  const instance = await db().instance.findUnique({ where: { id: "instance" } });
  return { initialized: Boolean(instance?.initializedAt), version: manifest.version };
}
