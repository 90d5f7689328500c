import { randomBytes } from "node:crypto";
import { sealContext } from "@/db/sealed-column";
import { open, seal } from "@/lib/seal";

interface Of {
  deployHookId: string;
  organizationId: string;
  environmentId: string;
}

/** A new secret of a deploy hook, in the form of Standard Webhooks, and the same sealed. */
export function newSecret(of: Of): { secret: string; sealed: string } {
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  return { secret, sealed: seal(secret, sealContext("deploy_hook", of)) };
}

/** @throws Fault `internal` for one that cannot be opened any more */
export function openSecret(row: Of & { secret: string }): string {
  return open(row.secret, sealContext("deploy_hook", row));
}
