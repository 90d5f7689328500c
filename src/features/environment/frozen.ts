import { type Freezable, frozenReason } from "@/features/deployment/frozen";
import { Fault } from "@/lib/fault";

/** @throws Fault `conflict` reason `environment_frozen` */
export function assertNotFrozen(environment: Freezable): void {
  const reason = frozenReason(environment);
  if (reason) throw new Fault("conflict", reason);
}
