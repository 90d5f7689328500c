import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { startSmtp, type TestSmtp } from "@test/kit/smtp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { organizationPath } from "@/access/organization-slug";
import { db, pool } from "@/db/client";
import { setPorts } from "@/features/git-provider/client/pipeline";
import type {
  CreatedNotificationRecipient,
  NotificationRecipientList,
} from "@/features/notification/contract";
import { createRecipient } from "@/features/notification/create";
import { deliver } from "@/features/notification/deliver";
import { notificationJob } from "@/features/notification/job";
import { listRecipients } from "@/features/notification/list";
import { notifyChanges } from "@/features/notification/notify-changes";
import { removeRecipient } from "@/features/notification/remove";
import { sendTest } from "@/features/notification/send-test";
import { signatureOf } from "@/features/notification/signature";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { closeQueue } from "@/queue/queue";

testDatabase();

const hook = "https://ops.example.com/hooks/git?room=7";
const soon = "2026-05-08T12:00:00.000Z";
const now = new Date("2026-05-01T12:00:00Z");
const ok = { state: "ok", checkedAt: "2026-05-01T00:00:00.000Z" };

let owner: TestMember;
let smtp: TestSmtp;
let received: Request[];
let status = 200;

beforeAll(async () => {
  smtp = await startSmtp();
  setEnv({ ...env(), smtpUrl: smtp.url, mailFrom: "slipway@example.com" });
});
afterAll(() => Promise.all([closeQueue(), smtp.close()]));

beforeEach(async () => {
  await db().application.deleteMany();
  await db().gitProvider.deleteMany();
  await db().notificationRecipient.deleteMany();
  owner = await testMember(await testOrganization("Acme"), "owner");
  await pool()
    .query("DELETE FROM queue.job WHERE name = 'notification'")
    .catch(() => undefined); // the first job creates the table
  received = [];
  status = 200;
  smtp.messages.length = 0;
  setPorts({
    http: {
      send: async (request) => {
        received.push(request);
        return new Response("thanks", { status });
      },
    },
  });
});

const webhook = (): Promise<CreatedNotificationRecipient> =>
  createRecipient(owner.caller, { kind: "webhook", address: hook });
const email = (address = "ops@example.com") => createRecipient(owner.caller, { kind: "email", address });

async function provider(health: object = ok, fields: object = {}): Promise<string> {
  const { organizationId, userId } = owner;
  const data = { name: `GitLab ${newId().slice(0, 4)}`, providerType: "gitlab", authMethod: "token", userId };
  const gitlab = { create: { gitlabUrl: "https://gitlab.com" } };
  const row = await db().gitProvider.create({ data: { ...data, organizationId, health, gitlab, ...fields } });
  return row.gitProviderId;
}

const set = (gitProviderId: string, health: object) =>
  db().gitProvider.update({ where: { gitProviderId }, data: { health } });

interface Sent {
  notificationRecipientId: string;
  gitProviderId: string;
  event: string;
  messageId: string;
}

/** What waits to be sent. */
async function waiting(): Promise<Sent[]> {
  const { rows } = await pool().query<{ data: Sent }>(
    "SELECT data FROM queue.job WHERE name = 'notification' ORDER BY created_on, id",
  );
  return rows.map(({ data }) => data);
}

const events = async () => (await waiting()).map(({ event }) => event);

/** Send what waits, as a worker would. */
async function sendWaiting(at = now): Promise<void> {
  for (const data of await waiting()) await deliver(notificationJob.payload.parse(data), at);
}

describe("a recipient of notifications", () => {
  it("is listed without its secret, which is shown once and stored sealed", async () => {
    const { signingSecret, notificationRecipientId } = await webhook();
    expect(signingSecret).toMatch(/^whsec_[\w+/]{43}=$/);
    const list: NotificationRecipientList = await listRecipients(owner.caller);
    expect(list).toEqual({
      items: [{ notificationRecipientId, kind: "webhook", address: hook, createdAt: expect.any(String) }],
      canMail: true,
    });
    const stored = await db().notificationRecipient.findUniqueOrThrow({ where: { notificationRecipientId } });
    expect(stored.signingSecret).toMatch(/^v1:/);
    expect(JSON.stringify(stored)).not.toContain(signingSecret);
  });

  it.each(["ftp://example.com", "https://user:pass@example.com/", "nothing", "https://example.com/#a"])(
    "cannot be %s",
    async (address) => {
      const made = createRecipient(owner.caller, { kind: "webhook", address });
      await expect(made).rejects.toMatchObject({ code: "invalid_input" });
    },
  );

  it("cannot be added twice, and there are twenty at most", async () => {
    await email();
    await expect(email()).rejects.toMatchObject({ reason: { code: "notification_recipient_taken" } });
    for (let at = 1; at < 20; at++) await email(`ops${at}@example.com`);
    await expect(email("more@example.com")).rejects.toMatchObject({
      reason: { code: "notification_recipients_full" },
    });
  });

  it("of another organization is not found", async () => {
    const { notificationRecipientId } = await webhook();
    const stranger = await testMember(await testOrganization("Other"), "owner");
    for (const verb of [removeRecipient, sendTest])
      await expect(verb(stranger.caller, { notificationRecipientId })).rejects.toMatchObject({
        code: "not_found",
      });
    expect((await listRecipients(owner.caller)).items).toHaveLength(1);
  });

  it("by e-mail needs an instance that can send it, and the error says so", async () => {
    const with_ = env();
    setEnv({ ...with_, smtpUrl: null });
    await expect(email()).rejects.toMatchObject({ code: "unsupported", reason: { code: "mail_not_set" } });
    expect((await listRecipients(owner.caller)).canMail).toBe(false);
    setEnv(with_);
  });
});

describe("the test notification", () => {
  it("arrives signed at a webhook, which can verify it with the secret it was given", async () => {
    const { notificationRecipientId, signingSecret } = await webhook();
    await sendTest(owner.caller, { notificationRecipientId });
    const [request] = received;
    const body = await request?.text();
    const id = request?.headers.get("webhook-id") ?? "";
    const seconds = Number(request?.headers.get("webhook-timestamp"));
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
    expect(request?.headers.get("webhook-signature")).toBe(
      signatureOf(signingSecret ?? "", { id, seconds, body: body ?? "" }),
    );
    expect([request?.method, request?.url, request?.redirect]).toEqual(["POST", hook, "manual"]);
    expect(JSON.parse(body ?? "")).toMatchObject({ type: "test", data: { organization: { name: "Acme" } } });
  });

  it("arrives in a mailbox", async () => {
    const { notificationRecipientId } = await email();
    await sendTest(owner.caller, { notificationRecipientId });
    expect(smtp.messages).toHaveLength(1);
    expect(smtp.messages[0]).toContain("Subject: [Slipway] Test notification");
    expect(smtp.messages[0]).toContain("To: ops@example.com");
  });

  it.each([302, 404, 500])("reports that the webhook answered %i", async (answer) => {
    const { notificationRecipientId } = await webhook();
    status = answer;
    await expect(sendTest(owner.caller, { notificationRecipientId })).rejects.toMatchObject({
      reason: { code: "notification_refused", params: { status: answer } },
    });
  });

  it("is sent twenty times in a quarter of an hour at most", async () => {
    const { notificationRecipientId } = await webhook();
    for (let time = 0; time < 20; time++) await sendTest(owner.caller, { notificationRecipientId });
    await expect(sendTest(owner.caller, { notificationRecipientId })).rejects.toMatchObject({
      code: "rate_limited",
    });
    expect(received).toHaveLength(20);
  });
});

describe("the notifications of a provider", () => {
  it("are sent once in each stage to each recipient, with any number of processes and checks", async () => {
    await Promise.all([webhook(), email()]);
    await provider({ ...ok, expiresAt: soon });
    await Promise.all(Array.from({ length: 6 }, () => notifyChanges(now)));
    await notifyChanges(now);
    expect(await events()).toEqual(["expiring", "expiring"]);
    await notifyChanges(new Date("2026-05-07T13:00:00Z"));
    expect(await events()).toHaveLength(4);
  });

  it("name the day of expiry that a person entered", async () => {
    await email();
    await provider({ ...ok, since: now.toISOString() }, { tokenExpiresOn: new Date("2026-05-07") });
    await notifyChanges(now);
    await sendWaiting();
    expect(smtp.messages[0]?.replaceAll("=\r\n", "")).toContain("in 7 days, on 7 May 2026.");
  });

  it("name the new end after a rotation", async () => {
    await webhook();
    const id = await provider({ ...ok, expiresAt: soon });
    await notifyChanges(now);
    await set(id, { ...ok, expiresAt: "2026-05-09T12:00:00.000Z" });
    await notifyChanges(now);
    expect(await db().notification.findMany({ select: { cause: true } })).toEqual([
      { cause: "expiry:14:2026-05-09" },
    ]);
    expect(await events()).toEqual(["expiring", "expiring"]);
  });

  it("say once that it broke, and once that it works again", async () => {
    await webhook();
    const id = await provider();
    await notifyChanges(now);
    expect(await events()).toEqual([]);
    await set(id, { ...ok, state: "broken", reason: { code: "token_rejected", params: { host: "GitLab" } } });
    await notifyChanges(now);
    await notifyChanges(now);
    await set(id, { state: "pending", checkedAt: null });
    await notifyChanges(now);
    expect(await events()).toEqual(["broken"]);
    await set(id, ok);
    await Promise.all([notifyChanges(now), notifyChanges(now)]);
    expect(await events()).toEqual(["broken", "recovered"]);
  });

  it("wait for a first recipient, and are not sent for inactive providers", async () => {
    await provider({ ...ok, expiresAt: soon });
    await provider({ ...ok, expiresAt: soon }, { status: "inactive" });
    await notifyChanges(now);
    expect(await db().notification.count()).toBe(0);
    await webhook();
    await notifyChanges(now);
    expect(await events()).toEqual(["expiring"]);
  });

  it("name the applications that would stop, and where to act", async () => {
    await Promise.all([webhook(), email()]);
    const id = await provider({ ...ok, expiresAt: soon }, { name: "Production" });
    await application(id, "Shop");
    await notifyChanges(now);
    await sendWaiting();
    const payload = await received[0]?.json();
    expect(payload).toMatchObject({
      type: "provider.expiring",
      timestamp: now.toISOString(),
      data: {
        provider: { gitProviderId: id, name: "Production", providerType: "gitlab" },
        expiresAt: soon,
        daysLeft: 7,
        applications: [{ name: "Shop", repository: "acme/shop" }],
        applicationCount: 1,
        url: `${env().url}${await organizationPath(owner.organizationId)}/providers/${id}`,
      },
    });
    // Soft breaks of quoted-printable (RFC 2045) belong to the transport.
    const mail = smtp.messages[0]?.replaceAll("=\r\n", "") ?? "";
    expect(mail).toContain("Subject: [Slipway] The credential of Production ends in 7 days");
    expect(mail).toContain("ends in 7 days, on 8 May 2026.");
    expect(mail).toContain("- Shop (acme/shop)");
    expect(mail).toContain(`/providers/${id}`);
  });

  it("are not sent when they no longer hold", async () => {
    await webhook();
    const ending = await provider({ ...ok, expiresAt: soon });
    const broken = await provider({ ...ok, state: "broken", reason: { code: "token_revoked", params: {} } });
    const removed = await provider({ ...ok, expiresAt: soon });
    await notifyChanges(now);
    expect(await waiting()).toHaveLength(3);
    await set(ending, { ...ok, expiresAt: "2027-05-08T00:00:00Z" });
    await set(broken, ok);
    await db().gitProvider.delete({ where: { gitProviderId: removed } });
    await sendWaiting();
    expect(received).toEqual([]);
  });

  it("are not sent to a recipient that was removed", async () => {
    const { notificationRecipientId } = await webhook();
    await provider({ ...ok, expiresAt: soon });
    await notifyChanges(now);
    await removeRecipient(owner.caller, { notificationRecipientId });
    await sendWaiting();
    expect(received).toEqual([]);
  });

  it("are retried with the same id when they could not be sent", async () => {
    await webhook();
    await provider({ ...ok, expiresAt: soon });
    await notifyChanges(now);
    status = 503;
    await expect(sendWaiting()).rejects.toMatchObject({ reason: { code: "notification_refused" } });
    status = 202;
    await sendWaiting();
    const ids = received.map((request) => request.headers.get("webhook-id"));
    expect(ids[0]).toBe(ids[1]);
    const { rows } = await pool().query(
      "SELECT retry_limit, retry_delay, retry_delay_max, retry_backoff FROM queue.queue WHERE name = 'notification'",
    );
    expect(rows).toEqual([{ retry_limit: 11, retry_delay: 30, retry_delay_max: 3600, retry_backoff: true }]);
  });
});

it("a mail server that accepts no e-mail is an error of its own, without the server's text", async () => {
  const { notificationRecipientId } = await email("gone@example.com");
  smtp.refuse();
  const failure = await sendTest(owner.caller, { notificationRecipientId }).catch((error: Error) => error);
  expect(failure).toMatchObject({ code: "unavailable", reason: { code: "mail_failed" } });
  expect(String(failure)).not.toContain("5.1.1");
});

async function application(gitProviderId: string, name: string): Promise<void> {
  const { organizationId } = owner;
  const repository = { repositoryFullName: "acme/shop", repositoryUrl: "https://gitlab.com/acme/shop" };
  await db().application.create({
    data: { organizationId, gitProviderId, name, slug: newId(), ...repository },
  });
}
