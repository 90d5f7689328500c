import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { DeliveryBody, OneDelivery } from "@/features/delivery/contract";
import { findDelivery } from "@/features/delivery/find";
import { providerOf } from "@/features/git-provider/client/open";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { openSecrets } from "@/features/git-provider/record/store";
import { currentSecrets } from "@/features/webhook/secrets";
import { redactor } from "@/lib/redact";

/** Values of fields that are named like a secret, whoever it belongs to. Names are short: a payload must not make this slow. */
const secretFields =
  /("[^"\\]{0,60}(?:secret|passw|token|credential|authorization|api_?key)[^"\\]{0,60}"\s{0,20}:\s{0,20})"(?:[^"\\]|\\.)+"/gi;
/** User name and password in an address. */
const userInfo = /(:\/\/)[^/\s"'@]+@/g;

/** The body of a delivery as it was sent, without secrets. @throws Fault `not_found` */
export async function body(caller: Caller, { deliveryId }: OneDelivery): Promise<DeliveryBody> {
  const { row, provider } = await findDelivery(caller, deliveryId);
  const secrets = await knownSecrets(provider, row.sourceId);
  const redact = redactor({ secrets });
  const text = redact(new TextDecoder().decode(row.body));
  const headers = z.record(z.string(), z.string()).safeParse(row.headers).data ?? {};
  return {
    deliveryId: row.deliveryId,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)])),
    body: text.replace(secretFields, '$1"***"').replace(userInfo, "$1***@"),
  };
}

/** What must not be in the body: the secrets of the provider and of its webhook. Those that cannot be opened cannot leave. */
async function knownSecrets(provider: ProviderRow, sourceId: string): Promise<string[]> {
  const { organizationId } = provider;
  const [ofProvider, ofWebhook] = await Promise.allSettled([
    openSecrets(db(), providerOf(provider), provider).then((opened) => Object.values(opened)),
    currentSecrets({ organizationId, webhookId: sourceId }),
  ]);
  const all = [ofProvider, ofWebhook].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  return all.filter((secret) => secret !== null);
}
