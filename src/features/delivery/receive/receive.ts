import { randomBytes } from "node:crypto";
import { countWrongDelivery, isFirstThisMinute, networkOf } from "@/access/rate-limit";
import { safeHeaders } from "@/features/delivery/receive/headers";
import { type CompleteDelivery, complete } from "@/features/delivery/receive/insert";
import {
  type Recipient,
  readRecipients,
  recipientOf,
  recipientsOfApp,
  secretsOf,
} from "@/features/delivery/receive/recipients";
import { countArrived, countRefused, countRejected } from "@/features/delivery/receive/tally";
import { described } from "@/lib/described";
import { log } from "@/lib/log";
import type { Provider } from "@/providers/provider";
import type { RawDelivery, VerifiedDelivery, Webhooks } from "@/providers/webhook";

/** A request to the address of a webhook, with all of its body. */
export interface Arrived extends RawDelivery {
  provider: Provider & { webhooks: Webhooks };
  /** From the address; null where the headers tell the App. */
  id: string | null;
  /** Of the network that it came from. */
  address: string;
}

/**
 * `taken`: it is durable. `refused`: it is signed correctly, and there is no room for it. `unknown`: nobody here has
 * this address and this secret; the two are not told apart. `ping`: a test that this host does not sign.
 */
export type Received =
  | { kind: "taken"; deliveryId: string }
  | { kind: "refused" }
  | { kind: "unknown" }
  | { kind: "ping" };

/** Makes a delivery durable. @returns false when there is no room for it */
export type Take = (delivery: CompleteDelivery) => Promise<boolean>;

type Addressed = Pick<Arrived, "provider" | "id" | "headers">;

interface Match {
  recipient: Recipient;
  verified: VerifiedDelivery;
}

/**
 * Verify a delivery and make it durable for everyone it is for. Nothing is read of the body before.
 * @throws Fault `rate_limited` for an address that sends too many with a wrong signature
 */
export async function receive(arrived: Arrived, take: Take, now = new Date()): Promise<Received> {
  if (arrived.provider.webhooks.isUnsignedPing?.(arrived.headers)) return { kind: "ping" };
  const matches = matchesOf(arrived, now);
  if (matches.length > 0) return takeAll(arrived, matches, take, now);
  countWrongDelivery(arrived.address);
  // It may have been created, or its secret replaced, by another process a moment ago.
  await readAgain(arrived);
  const late = matchesOf(arrived, now);
  if (late.length > 0) return takeAll(arrived, late, take, now);
  reject(arrived, now);
  return { kind: "unknown" };
}

/** Signs nothing: verifying with it costs as much as with a real secret. */
const decoy = `whsec_${randomBytes(32).toString("base64")}`;

function matchesOf(arrived: Arrived, now: Date): Match[] {
  const { webhooks } = arrived.provider;
  const recipients = recipientsOf(arrived);
  if (recipients.length === 0) webhooks.verify(arrived, [decoy], now);
  return recipients.flatMap((recipient) => {
    const secrets = secretsOf(recipient, now);
    const verified = webhooks.verify(arrived, secrets.length > 0 ? secrets : [decoy], now);
    return verified ? [{ recipient, verified }] : [];
  });
}

/** An App has one hook, also when several organizations have connected it: each with the right secret is told. */
function recipientsOf({ provider, id, headers }: Addressed): Recipient[] {
  if (id === null) {
    const app = provider.webhooks.recipient?.(headers);
    return app ? recipientsOfApp(provider, app.value) : [];
  }
  const addressed = recipientOf(provider, id);
  if (!addressed) return [];
  const { appId, sourceId } = addressed;
  const others = appId === null ? [] : recipientsOfApp(provider, appId);
  return [addressed, ...others.filter((other) => other.sourceId !== sourceId)];
}

const longestId = 64;
const readAgainMs = 1_000;

/** Never throws: what cannot be read now is unknown. */
async function readAgain({ id }: Arrived): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, readAgainMs).unref());
  const reading = readRecipients([(id ?? "").slice(0, longestId)]).catch(() => undefined);
  await Promise.race([reading, late]);
}

async function takeAll(arrived: Arrived, matches: Match[], take: Take, now: Date): Promise<Received> {
  const results = await Promise.all(
    matches.map(async ({ recipient, verified }) => {
      const delivery = deliveryOf(arrived, recipient, verified, now);
      const isTaken = await takeOrRefuse(delivery, take);
      if (isTaken) countArrived(recipient, now);
      else countRefused(recipient, now);
      return { isTaken, deliveryId: delivery.deliveryId };
    }),
  );
  const [first] = results;
  const isTaken = results.every((result) => result.isTaken);
  return first && isTaken ? { kind: "taken", deliveryId: first.deliveryId } : { kind: "refused" };
}

/** Whatever goes wrong here, the host is asked to wait: many of them switch off a hook that fails. */
async function takeOrRefuse(delivery: CompleteDelivery, take: Take): Promise<boolean> {
  try {
    return await take(delivery);
  } catch (error) {
    const { deliveryId, sourceId } = delivery;
    log.error(
      { deliveryId, sourceId, ...described(error) },
      "a delivery could not be stored and was refused",
    );
    return false;
  }
}

function deliveryOf(
  { provider, headers, raw }: Arrived,
  { organizationId, gitProviderId, sourceId, source }: Recipient,
  verified: VerifiedDelivery,
  receivedAt: Date,
): CompleteDelivery {
  return complete({
    organizationId,
    gitProviderId,
    sourceId,
    source,
    hostDeliveryId: provider.webhooks.deliveryId(verified),
    headers: safeHeaders(headers),
    body: raw,
    receivedAt,
  });
}

function reject(arrived: Arrived, now: Date): void {
  const { provider, address } = arrived;
  const known = recipientsOf(arrived);
  for (const recipient of known) countRejected(recipient, now);
  if (!isFirstThisMinute(`wrong delivery ${networkOf(address)}`)) return;
  const ids = known.map(({ sourceId }) => sourceId);
  log.warn({ type: provider.type, address, ids }, "a delivery has no right signature, or no known address");
}

/** Count a delivery that there was no memory for, so that what it told is asked of the host later. */
export function countUnread(arrived: Addressed): void {
  for (const recipient of recipientsOf(arrived)) countRefused(recipient);
}
