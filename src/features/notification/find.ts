import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import type { NotificationRecipient } from "@/features/notification/contract";
import { Fault } from "@/lib/fault";
import { open } from "@/lib/seal";

/** A recipient as it is sent to. `signingSecret` is sealed. */
export interface RecipientRow {
  notificationRecipientId: string;
  organizationId: string;
  kind: string;
  address: string;
  signingSecret: string | null;
  createdAt: Date;
}

/** @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findRecipient(
  { organizationId }: Pick<Caller, "organizationId">,
  notificationRecipientId: string,
): Promise<RecipientRow> {
  const row = await db().notificationRecipient.findFirst({
    where: { organizationId, notificationRecipientId },
  });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "notification recipient" } });
  return row;
}

/** The signing secret in the clear, for the moment of sending. */
export function secretOf(row: RecipientRow): string {
  return open(row.signingSecret ?? "", sealContext("notification_recipient", row));
}

export function showRecipient({
  notificationRecipientId,
  kind,
  address,
  createdAt,
}: RecipientRow): NotificationRecipient {
  return {
    notificationRecipientId,
    kind: kind === "email" ? kind : "webhook",
    address,
    createdAt: createdAt.toISOString(),
  };
}
