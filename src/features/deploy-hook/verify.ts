import { db } from "@/db/client";
import type { DeployHook } from "@/db/generated/client";
import { openSecret } from "@/features/deploy-hook/secret";
import { verifyHmac, verifyStandard, verifyToken } from "@/providers/kit/webhook-signature";
import type { RawDelivery } from "@/providers/webhook";

/** One call of a deploy hook, as it arrived. */
export interface HookCall extends RawDelivery {
  deployHookId: string;
}

/** What calls of unknown addresses are compared with, so that they take as long as those of known ones. */
const nobodys = `whsec_${Buffer.alloc(32).toString("base64")}`;

/**
 * The hook that was called, when the call proves that it has the secret: as a bearer token, by a signature as Standard
 * Webhooks describe it, or by the HMAC of the body. Null for an unknown address too.
 */
export async function verifiedHook(call: HookCall, now = new Date()): Promise<DeployHook | null> {
  const deployHookId = call.deployHookId.replaceAll("\0", "");
  const row = await db().deployHook.findFirst({ where: { deployHookId } });
  const isRight = proves(call, row ? openSecret(row) : nobodys, now);
  return row && isRight ? row : null;
}

function proves(call: RawDelivery, secret: string, now: Date): boolean {
  const { headers } = call;
  const [, bearer = null] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  const verdicts = [
    verifyToken(call, [bearer], [secret]),
    verifyStandard(call, [secret], now),
    verifyHmac(call, headers.get("x-hub-signature-256"), [secret]),
  ];
  return verdicts.some((verdict) => verdict !== null);
}
