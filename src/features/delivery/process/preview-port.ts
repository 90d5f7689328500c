import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";

export async function openPreview(_tx: Db, _given: object): Promise<{ environmentId: string }> {
  throw new Fault("unsupported", { code: "internal" });
}

export async function removePreview(_environmentId: string, reason: Reason): Promise<void> {
  throw new Fault("unsupported", reason);
}
