import path from "node:path";
import type { z } from "zod";
import { Fault } from "@/lib/fault";
import { processGlobal } from "@/lib/process-global";
import { authoritiesIn, levels, settings } from "@/lib/setting";

type Settings = z.infer<typeof settings>;

/** The settings of this process, checked and with their defaults. */
export type Env = ReturnType<typeof withDefaults>;

function withDefaults(given: Settings) {
  const port = given.PORT ?? 3000;
  return {
    port,
    host: given.HOST ?? "127.0.0.1",
    /** Public origin, without a slash at the end. */
    url: given.SLIPWAY_URL ?? `http://localhost:${port}`,
    /** Absolute. */
    dataDir: given.SLIPWAY_DATA_DIR ?? path.resolve(".slipway"),
    /** Null: Slipway runs its own PostgreSQL in the data folder. */
    databaseUrl: given.DATABASE_URL ?? null,
    /** Connections this process may hold for queries. */
    databasePool: given.SLIPWAY_DATABASE_POOL ?? 10,
    /** Null: a random one is made and printed at the first start. */
    setupToken: given.SLIPWAY_SETUP_TOKEN ?? null,
    /** `id:base64,id:base64`; null: generated in the data folder. Read it through lib/key-ring. */
    encryptionKeys: given.SLIPWAY_ENCRYPTION_KEYS ?? null,
    /** Null: generated in the data folder. Read it through lib/key-ring. */
    nextauthSecret: given.NEXTAUTH_SECRET ?? null,
    /** Private targets that may be called: `host[:port]` or `cidr[:port]`. */
    outboundAllow: given.SLIPWAY_OUTBOUND_ALLOW ?? [],
    worker: given.SLIPWAY_WORKER ?? "inline",
    buildCommands: given.SLIPWAY_BUILD_COMMANDS ?? "off",
    /** Seconds a build command may take. */
    buildTimeout: given.SLIPWAY_BUILD_TIMEOUT ?? 900,
    /** Deployments that one worker process runs at a time. */
    deployConcurrency: given.SLIPWAY_DEPLOY_CONCURRENCY ?? 2,
    /** Megabytes that must be free in the data folder for a new deployment. */
    diskFloor: given.SLIPWAY_DISK_FLOOR ?? 200,
    /** Sites answer below `/sites/` of the app's origin as well. */
    sitesFallback: given.SLIPWAY_SITES_FALLBACK === "on",
    /** Holds one `*` where the name of the site goes; no slash at the end. */
    sitesUrl: given.SLIPWAY_SITES_URL ?? `http://*.localhost:${port}`,
    smtpUrl: given.SMTP_URL ?? null,
    mailFrom: given.SLIPWAY_MAIL_FROM ?? null,
    dockerHost: given.DOCKER_HOST ?? null,
    /** Calls a minute of one key, or of one person. */
    rateLimitCaller: given.SLIPWAY_RATE_LIMIT ?? 3_000,
    /** Calls a minute from one network address. */
    rateLimitAddress: given.SLIPWAY_RATE_LIMIT_ADDRESS ?? 6_000,
    /** Calls to its host that one provider has under way at once. */
    hostConcurrency: given.SLIPWAY_HOST_CONCURRENCY ?? 8,
    /** Megabytes of deliveries that are kept in the data folder while the database is away. */
    webhookSpool: given.SLIPWAY_WEBHOOK_SPOOL ?? 256,
    /** Days that deliveries are kept in the database. */
    deliveryDays: given.SLIPWAY_DELIVERY_DAYS ?? 30,
    /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
    trustedProxies: given.SLIPWAY_TRUSTED_PROXIES ?? [],
    /** Certificate authorities in PEM that are trusted beside the public ones. */
    authorities: given.SLIPWAY_CA_FILE ? (authoritiesIn(given.SLIPWAY_CA_FILE) ?? []) : [],
    /** The proxies for outbound requests. Their URLs may hold a password. */
    httpsProxy: given.HTTPS_PROXY ?? null,
    httpProxy: given.HTTP_PROXY ?? null,
    noProxy: given.NO_PROXY ?? null,
    logLevel: given.SLIPWAY_LOG_LEVEL ?? "info",
  };
}

/**
 * Check a set of environment variables. Empty values count as unset, unknown names are left alone.
 * @throws Fault `invalid_input` with reason `setting_wrong` or `setting_missing`, naming the first wrong variable
 */
export function parseEnv(record: Record<string, string | undefined>): Env {
  const filled = Object.fromEntries(
    Object.entries({ ...inUpperCase(record), ...record }).filter(([, value]) => value?.trim()),
  );
  const parsed = settings.safeParse(filled);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const params = { name: String(issue?.path[0]), problem: issue?.message ?? "it cannot be used" };
    throw new Fault("invalid_input", { code: "setting_wrong", params });
  }
  assertPartners(parsed.data);
  const complete = withDefaults(parsed.data);
  assertApart(complete, parsed.data);
  return complete;
}

/**
 * The app must not use a host name that a site could have: its pages would be served as that site. The domain of
 * the sites itself is never a site.
 */
function assertApart({ url, sitesUrl }: Env, given: Settings): void {
  const domain = new URL(sitesUrl.replace("*.", "")).hostname;
  const { hostname } = new URL(url);
  if (!hostname.endsWith(`.${domain}`)) return;
  const name = given.SLIPWAY_SITES_URL ? "SLIPWAY_SITES_URL" : "SLIPWAY_URL";
  const problem = `${url} lies below ${sitesUrl}, where published sites answer; give the sites a domain of their own`;
  throw new Fault("invalid_input", { code: "setting_wrong", params: { name, problem } });
}

/** Other programs write the variables of proxies in lower case. */
function inUpperCase(record: Record<string, string | undefined>): Record<string, string | undefined> {
  const { https_proxy: HTTPS_PROXY, http_proxy: HTTP_PROXY, no_proxy: NO_PROXY } = record;
  return { HTTPS_PROXY, HTTP_PROXY, NO_PROXY };
}

/** Generated keys exist on one machine only: they would lock every other process out of a shared database. */
function assertPartners(given: Settings): void {
  if (given.DATABASE_URL) {
    assertGiven(given, "SLIPWAY_ENCRYPTION_KEYS", "DATABASE_URL");
    assertGiven(given, "NEXTAUTH_SECRET", "DATABASE_URL");
  }
  if (given.SMTP_URL) assertGiven(given, "SLIPWAY_MAIL_FROM", "SMTP_URL");
}

function assertGiven(given: Settings, name: keyof Settings, because: keyof Settings): void {
  if (given[name] !== undefined) return;
  throw new Fault("invalid_input", { code: "setting_missing", params: { name, because } });
}

const held = processGlobal<Env | null>("env", () => null);

/** The settings of this process, read once at the first call. @throws Fault as `parseEnv` */
export function env(): Env {
  held.value ??= adopt(parseEnv(process.env));
  return held.value;
}

/** Run on these settings instead; for tests and for commands that choose their own. */
export function setEnv(given: Env): void {
  held.value = adopt(given);
}

/** next-auth reads its own address from this variable only. */
function adopt(given: Env): Env {
  process.env.NEXTAUTH_URL = given.url;
  return given;
}

/** Set the mode of Next and React. They read it when they are loaded, so it has to be set before. */
export function setMode(mode: "development" | "production"): void {
  Object.assign(process.env, { NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: "1" });
}

/** The log level. Never throws, since the log is created before the settings are checked. */
export function logLevel(): (typeof levels)[number] {
  return levels.find((level) => level === process.env.SLIPWAY_LOG_LEVEL) ?? "info";
}

/** A server the test suite is to use instead of a managed one. */
export function testServer(): string | null {
  return process.env.TEST_DATABASE_URL || null;
}

/** The environment for child processes: where programs and writable folders are, and no setting of Slipway. */
export function childEnv(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LD_LIBRARY_PATH"];
  const pairs = names.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs) as NodeJS.ProcessEnv; // Next's types require NODE_ENV
}

/** The file of certificate authorities Node was told to trust beside the public ones; git needs it separately. */
export function extraAuthorityFile(): string | null {
  return process.env.NODE_EXTRA_CA_CERTS || null;
}
