import { randomBytes } from "node:crypto";
import { type Db, db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { newId } from "@/lib/id";
import { open, seal } from "@/lib/seal";

/** Whose secrets: a row of `webhook`. */
export interface HookKey {
  organizationId: string;
  webhookId: string;
}

/** A secret in the clear, for the moment of use. */
export interface HookSecret {
  webhookSecretId: string;
  secret: string;
  /** Null for the one in use. */
  endsAt: Date | null;
  /** When the host was given it; null: it may not have it yet. */
  writtenAt: Date | null;
}

/** Secrets that deliveries may be signed with at this moment: the newest first, then those that are being replaced. */
export async function currentSecrets(webhook: HookKey, now = new Date()): Promise<string[]> {
  return (await readSecrets(webhook, now)).map(({ secret }) => secret);
}

/** The same with what is known of each. */
export async function readSecrets(
  { organizationId, webhookId }: HookKey,
  now = new Date(),
  tx: Db = db(),
): Promise<HookSecret[]> {
  const rows = await tx.webhookSecret.findMany({
    where: { organizationId, webhookId, OR: [{ endsAt: null }, { endsAt: { gt: now } }] },
    orderBy: [{ createdAt: "desc" }, { webhookSecretId: "desc" }],
  });
  const opened = rows.map((row) => ({
    ...row,
    secret: open(row.secret, sealContext("webhook_secret", row)),
  }));
  return [...opened.filter(({ endsAt }) => !endsAt), ...opened.filter(({ endsAt }) => endsAt)];
}

export interface SealedHookSecret extends HookKey {
  webhookSecretId: string;
  /** Sealed. */
  secret: string;
}

/** @throws Fault `internal` for one that cannot be opened any more */
export function openHookSecret(row: SealedHookSecret): string {
  return open(row.secret, sealContext("webhook_secret", row));
}

/** A key of Standard Webhooks, which GitLab signs with; other hosts take any text. */
export function generateHookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Add a secret, which counts at once: a delivery may come before the host's answer that it has the secret. */
export async function addSecret(tx: Db, key: HookKey, secret: string, writtenAt: Date | null = null) {
  const { organizationId, webhookId } = key;
  const webhookSecretId = newId();
  const context = sealContext("webhook_secret", { webhookSecretId, organizationId, webhookId });
  await tx.webhookSecret.create({
    data: { webhookSecretId, organizationId, webhookId, secret: seal(secret, context), writtenAt },
  });
  return webhookSecretId;
}

/** The host has this secret now. The ones before it count until `formerEndsAt`. */
export async function confirmSecret(
  tx: Db,
  { organizationId, webhookId }: HookKey,
  { webhookSecretId, formerEndsAt, now }: { webhookSecretId: string; formerEndsAt: Date; now: Date },
): Promise<void> {
  await tx.webhookSecret.updateMany({
    where: { organizationId, webhookSecretId },
    data: { writtenAt: now },
  });
  await tx.webhookSecret.updateMany({
    where: { organizationId, webhookId, endsAt: null, NOT: { webhookSecretId } },
    data: { endsAt: formerEndsAt },
  });
  await tx.webhookSecret.deleteMany({ where: { organizationId, webhookId, endsAt: { lt: now } } });
}
