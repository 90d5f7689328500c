import { randomBytes } from "node:crypto";
import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { uniqueViolation } from "@/db/violation";
import { lockOrganization } from "@/features/git-provider/record/constraints";
import type {
  CreatedNotificationRecipient,
  CreateNotificationRecipient,
} from "@/features/notification/contract";
import { type RecipientRow, showRecipient } from "@/features/notification/find";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { canMail } from "@/lib/mail";
import { readUrl } from "@/lib/outbound/url";
import { seal } from "@/lib/seal";

const most = 20;

/**
 * Send the notifications of the organization to a mailbox or a URL from now on. Nothing is sent to it yet.
 * @throws Fault `invalid_input` for an address that is none | `unsupported` reason `mail_not_set` |
 * `conflict` reason `notification_recipient_taken` | `notification_recipients_full`
 */
export async function createRecipient(
  caller: Caller,
  input: CreateNotificationRecipient,
): Promise<CreatedNotificationRecipient> {
  const { kind, address } = input;
  const notificationRecipientId = newId();
  annotate({ target: { type: "notificationRecipient", id: notificationRecipientId }, details: { kind } });
  if (kind === "email" && !canMail()) throw new Fault("unsupported", { code: "mail_not_set" });
  if (kind === "webhook") readUrl(address);
  const signingSecret = kind === "webhook" ? `whsec_${randomBytes(32).toString("base64")}` : null;
  const { organizationId } = caller;
  const fields = { notificationRecipientId, organizationId, kind, address };
  const context = sealContext("notification_recipient", fields);
  const data = { ...fields, signingSecret: signingSecret && seal(signingSecret, context) };
  const row = await transaction((tx) => insert(tx, data));
  return { ...showRecipient(row), signingSecret };
}

async function insert(tx: Db, data: Omit<RecipientRow, "createdAt">): Promise<RecipientRow> {
  const { organizationId, address } = data;
  await lockOrganization(tx, organizationId);
  if ((await tx.notificationRecipient.count({ where: { organizationId } })) >= most)
    throw new Fault("conflict", { code: "notification_recipients_full", params: { most } });
  try {
    return await tx.notificationRecipient.create({ data });
  } catch (error) {
    if (!uniqueViolation(error)) throw error;
    const reason = { code: "notification_recipient_taken", params: { address } };
    throw new Fault("conflict", reason, { cause: error });
  }
}
