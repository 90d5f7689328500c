import type { Environment } from "@/db/generated/client";
import { Fault } from "@/lib/fault";

/** @throws Fault `conflict` reason `environment_frozen` */
export function assertNotFrozen(environment: Pick<Environment, "name" | "frozenReason" | "frozenBy">): void {
  const { name, frozenReason: why, frozenBy: by } = environment;
  if (why !== null) throw new Fault("conflict", { code: "environment_frozen", params: { name, why, by } });
}
