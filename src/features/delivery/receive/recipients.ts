/**
 * Whom a delivery may be for, and the secrets it may be signed with. They are kept in this process, so that verifying
 * costs no query and goes on while the database is away. Secrets stay sealed until the first delivery needs them.
 */
import { pool } from "@/db/client";
import { listen } from "@/db/listen";
import { inSql, sealedColumns } from "@/features/encryption-key/sealed-columns";
import { described } from "@/lib/described";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import { open } from "@/lib/seal";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** An address of a webhook. */
export interface Recipient {
  /** Id of the webhook, or of the row of a GitHub App. */
  sourceId: string;
  source: "hook" | "app";
  providerType: string;
  organizationId: string;
  gitProviderId: string;
  /** The host's id of the App. */
  appId: string | null;
  secrets: KeptSecret[];
}

interface KeptSecret {
  /** Where it is stored: what it was sealed for. */
  table: string;
  column: string;
  sealed: string;
  /** Null until it was needed. */
  plain: string | null;
  rowId: string;
  bound: (string | null)[];
  /** Null for the one in use. */
  endsAt: Date | null;
}

interface Held {
  /** By their id, the one that was used last at the end. */
  recipients: Map<string, Recipient>;
  /** Ids of the recipients of an App, by type and the host's id of it: several organizations may have connected one. */
  apps: Map<string, Set<string>>;
  stop: (() => void) | null;
  /** Ids that were told to have changed and are about to be read. */
  changed: Set<string>;
  reading: Promise<void> | null;
}

const channel = "slipway_webhook";
const mostKept = 100_000;

const held = processGlobal<Held>("webhookRecipients", () => ({
  recipients: new Map(),
  apps: new Map(),
  stop: null,
  changed: new Set(),
  reading: null,
}));

/** Read all of them, and keep them as they are in the database from now on. */
export async function watchRecipients(): Promise<() => void> {
  await readRecipients();
  held.value.stop ??= listen(channel, {
    notified: (id) => void readChanged(id),
    // Notifications that were sent meanwhile are lost.
    connected: () => void readRecipients().catch(tellUnread),
  });
  return stopWatching;
}

function stopWatching(): void {
  held.value.stop?.();
  held.value.stop = null;
}

/** The recipient with this id; null when there is none of this type of host. */
export function recipientOf(provider: Provider, id: string): Recipient | null {
  const { recipients } = held.value;
  const found = recipients.get(id);
  if (found?.providerType !== provider.type) return null;
  recipients.delete(id); // moves it to the end: the one that was unused for longest goes first
  recipients.set(id, found);
  return found;
}

/** Anyone may enter the public id of an App: so many that nobody's own is left out, and verifying all takes an end. */
const mostOfOneApp = 1_000;

/** Those with the App that a delivery without an id in its address is for. */
export function recipientsOfApp(provider: Provider, appId: string): Recipient[] {
  const ids = [...(held.value.apps.get(appKey(provider.type, appId)) ?? [])].slice(0, mostOfOneApp);
  return ids.flatMap((id) => recipientOf(provider, id) ?? []);
}

/** The secrets that count now, the current one first. */
export function secretsOf({ secrets, ...recipient }: Recipient, now: Date): string[] {
  return secrets.flatMap((secret) => {
    if (secret.endsAt && secret.endsAt <= now) return [];
    secret.plain ??= opened(recipient, secret);
    return secret.plain ? [secret.plain] : [];
  });
}

function opened(
  { sourceId }: Pick<Recipient, "sourceId">,
  { table, column, sealed, rowId, bound }: KeptSecret,
) {
  try {
    return open(sealed, { table, column, rowId, bound });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    log.error({ sourceId, code: error.reason.code }, "the secret of a webhook cannot be read");
    return "";
  }
}

/** Read all of them, or these, from the database. @throws what the database throws */
export async function readRecipients(ids: readonly string[] | null = null): Promise<void> {
  const found = await load(ids);
  const { recipients } = held.value;
  const known = new Set(found.map(({ sourceId }) => sourceId));
  for (const id of ids ?? [...recipients.keys()]) if (!known.has(id)) forget(id);
  for (const recipient of found) keep(recipient);
}

/** Many rows that change together are read together. */
function readChanged(id: string): void {
  const now = held.value;
  now.changed.add(id);
  now.reading ??= Promise.resolve()
    .then(async () => {
      while (now.changed.size > 0) {
        const ids = [...now.changed];
        now.changed.clear();
        await readRecipients(ids);
      }
    })
    .catch(tellUnread)
    .finally(() => {
      now.reading = null;
    });
}

/** What could not be read is read when the connection that listens is there again. */
function tellUnread(error: unknown): void {
  log.warn(described(error), "the secrets of webhooks could not be read");
}

function keep(recipient: Recipient): void {
  const { recipients, apps } = held.value;
  const { sourceId, providerType, appId } = recipient;
  forget(sourceId);
  recipients.set(sourceId, recipient);
  if (appId !== null) {
    const key = appKey(providerType, appId);
    apps.set(key, (apps.get(key) ?? new Set()).add(sourceId));
  }
  const [oldest] = recipients.keys();
  if (recipients.size > mostKept && oldest !== undefined) forget(oldest);
}

function forget(id: string): void {
  const { recipients, apps } = held.value;
  const known = recipients.get(id);
  if (!known) return;
  recipients.delete(id);
  if (known.appId === null) return;
  const key = appKey(known.providerType, known.appId);
  apps.get(key)?.delete(id);
  if (apps.get(key)?.size === 0) apps.delete(key);
}

function appKey(type: string, appId: string): string {
  return `${type} ${appId}`;
}

type Row = Omit<Recipient, "secrets"> & {
  table: string;
  column: string;
  rowId: string;
  sealed: string | null;
  bound: (string | null)[];
  endsAt: Date | null;
};

async function load(ids: readonly string[] | null): Promise<Recipient[]> {
  const found = new Map<string, Recipient>();
  for (const sql of queries()) {
    const { rows } = await pool().query<Row>(sql, [ids]);
    for (const { table, column, rowId, sealed, bound, endsAt, ...own } of rows) {
      const recipient = found.get(own.sourceId) ?? { ...own, secrets: [] };
      found.set(own.sourceId, recipient);
      if (sealed !== null)
        recipient.secrets.push({ table, column, sealed, plain: null, rowId, bound, endsAt });
    }
  }
  return [...found.values()];
}

/** One for the webhooks of repositories, and one for each type whose Apps have a hook. */
function queries(): string[] {
  const ofApps = Object.values(registry).flatMap((provider) => {
    const { appHook } = provider.webhooks ?? {};
    return appHook ? [appQuery(provider, appHook), formerAppQuery(provider, appHook)] : [];
  });
  return [hookQuery(), ...ofApps];
}

function hookQuery(): string {
  const { table, column, id, bound } = inSql(sealedColumn("webhook_secret", "secret"));
  return `SELECT w."webhookId" AS "sourceId", 'hook' AS "source", p."providerType", w."organizationId",
      w."gitProviderId", NULL AS "appId", ${placeSql("webhook_secret", "secret")}, t.${id} AS "rowId", t.${column} AS "sealed", ${bound} AS "bound", t."endsAt"
    FROM "webhook" w JOIN "git_provider" p ON p."gitProviderId" = w."gitProviderId"
      LEFT JOIN ${table} t ON t."webhookId" = w."webhookId"
    WHERE $1::text[] IS NULL OR w."webhookId" = ANY ($1)
    ORDER BY t."endsAt" DESC NULLS FIRST LIMIT ${mostKept}`;
}

function appQuery({ type }: Provider, appHook: { id: string; secret: string }): string {
  const { table, column, id, bound } = inSql(sealedColumn(type, appHook.secret));
  return `SELECT t.${id} AS "sourceId", 'app' AS "source", p."providerType", p."organizationId", p."gitProviderId",
      t."${appHook.id}"::text AS "appId", ${placeSql(type, appHook.secret)}, t.${id} AS "rowId", t.${column} AS "sealed", ${bound} AS "bound",
      NULL::timestamptz AS "endsAt"
    FROM ${table} t JOIN "git_provider" p ON p."gitProviderId" = t."gitProviderId"
    WHERE t.${column} IS NOT NULL AND ($1::text[] IS NULL OR t.${id} = ANY ($1)) LIMIT ${mostKept}`;
}

/** Former secrets of an App are kept with the webhook of one of its repositories until they end. */
function formerAppQuery({ type, idField }: Provider, appHook: { id: string }): string {
  const { table, column, id, bound } = inSql(sealedColumn("webhook_secret", "secret"));
  return `SELECT a."${idField}" AS "sourceId", 'app' AS "source", p."providerType", p."organizationId",
      p."gitProviderId", a."${appHook.id}"::text AS "appId", ${placeSql("webhook_secret", "secret")},
      t.${id} AS "rowId", t.${column} AS "sealed", ${bound} AS "bound", t."endsAt"
    FROM "${type}" a JOIN "git_provider" p ON p."gitProviderId" = a."gitProviderId"
      JOIN "webhook" w ON w."gitProviderId" = p."gitProviderId" JOIN ${table} t ON t."webhookId" = w."webhookId"
    WHERE t."endsAt" IS NOT NULL AND a."${appHook.id}" IS NOT NULL
      AND ($1::text[] IS NULL OR a."${idField}" = ANY ($1)) LIMIT ${mostKept}`;
}

/** Where a secret is stored, as its seal names it. Only names from the code are handed on. */
function placeSql(table: string, column: string): string {
  return `'${table}' AS "table", '${column}' AS "column"`;
}

function sealedColumn(table: string, column: string) {
  const found = sealedColumns().find((one) => one.table === table && one.column === column);
  if (!found) throw new Error(`${table} has no sealed column ${column}`);
  return found;
}
