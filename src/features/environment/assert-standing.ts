import { Fault } from "@/lib/fault";

/** @throws Fault `conflict` reason `environment_is_preview` */
export function assertStanding({ kind, name }: { kind: string; name: string }): void {
  if (kind !== "standing") throw new Fault("conflict", { code: "environment_is_preview", params: { name } });
}
