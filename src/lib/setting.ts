import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readNetwork } from "@/lib/address";
import { urlOf } from "@/lib/url-of";
import { isWeakSecret } from "@/lib/weak-secret";

/** What each setting may hold. The texts end the sentence "The setting NAME is wrong: …" and never repeat the value. */

const port = z
  .string()
  .regex(/^\d{1,5}$/, "it must be a whole number from 1 to 65535")
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65535, "it must be a whole number from 1 to 65535");

const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `it must be a whole number from 1 to ${max}`)
    .transform(Number)
    .refine((value) => value >= 1 && value <= max, `it must be a whole number from 1 to ${max}`);

const listenHost = z
  .string()
  .regex(/^[A-Za-z0-9.:-]+$/, "it must be a host name or an IP address to listen on");

const origin = z.string().transform((value, context) => {
  const url = urlOf(value);
  const plain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (url && plain) return url.origin;
  context.addIssue("it must be a base URL such as https://slipway.example.com, without a path");
  return z.NEVER;
});

const sitesOrigin = z
  .string()
  .transform((value) => value.replace(/\/$/, ""))
  .refine(
    (value) => /^https?:\/\/\*\.[^*/?#@\s]+$/.test(value) && urlOf(value.replace("*", "site")) !== null,
    "it must be a URL with a star for the site, such as https://*.sites.example.com",
  );

const databaseUrl = z
  .string()
  .refine(
    (value) => /^postgres(ql)?:\/\//.test(value) && urlOf(value.replace("@/", "@socket/")) !== null,
    "it must be a PostgreSQL address such as postgresql://user:password@host:5432/slipway",
  )
  .refine(
    (value) => ["public", undefined].includes(/[?&]schema=([^&]*)/.exec(value)?.[1]),
    "it names a schema other than public; give Slipway a database of its own instead",
  );

const target = /^(\[[0-9a-fA-F:.]+\]|[0-9a-fA-F]*:[0-9a-fA-F:.]+|[A-Za-z0-9_.*-]+)(\/\d{1,3})?(:\d{1,5})?$/;

const listOf = (isOne: (part: string) => boolean, message: string) =>
  z
    .string()
    .transform((value) =>
      value
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .refine((list) => list.every(isOne), message);

const targets = listOf(
  (part) => target.test(part),
  "it must be a list of host[:port] or cidr[:port], separated by commas",
);

const networks = listOf(
  (part) => readNetwork(part) !== null,
  "it must be a list of addresses and networks such as 10.0.0.0/8, separated by commas",
);

const secret = z.string().refine((value) => value.length >= 32 && !isWeakSecret(value), {
  message: "it must be at least 32 random characters; make one with: openssl rand -base64 32",
});

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `it must be one of ${values.join(", ")}` });

const url = (schemes: string) =>
  z.string().refine((value) => new RegExp(`^(${schemes})://`).test(value) && urlOf(value) !== null, {
    message: `it must be a URL that starts with ${schemes.split("|").join(":// or ")}://`,
  });

const proxy = z
  .string()
  .refine(
    (value) => /^https?:\/\//.test(value) && urlOf(value) !== null,
    "it must be the address of a proxy such as http://proxy.example.com:3128",
  );

/** The certificates in a file of PEM, one text each; null when it cannot be read or holds none. */
export function authoritiesIn(file: string): string[] | null {
  try {
    return readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  } catch {
    return null; // reported as a wrong setting
  }
}

export const levels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Every setting by the name of its environment variable; an empty value counts as unset. */
export const settings = z.object({
  PORT: port.optional(),
  HOST: listenHost.optional(),
  SLIPWAY_URL: origin.optional(),
  SLIPWAY_DATA_DIR: z
    .string()
    .transform((value) => path.resolve(value))
    .optional(),
  DATABASE_URL: databaseUrl.optional(),
  SLIPWAY_DATABASE_POOL: count(500).optional(),
  SLIPWAY_SETUP_TOKEN: z.string().min(8, "it must have at least 8 characters").optional(),
  SLIPWAY_ENCRYPTION_KEYS: z.string().optional(),
  NEXTAUTH_SECRET: secret.optional(),
  SLIPWAY_OUTBOUND_ALLOW: targets.optional(),
  SLIPWAY_WORKER: choice(["inline", "off"]).optional(),
  SLIPWAY_BUILD_COMMANDS: choice(["off", "host"]).optional(),
  SLIPWAY_BUILD_TIMEOUT: count(86_400).optional(),
  SLIPWAY_DEPLOY_CONCURRENCY: count(64).optional(),
  SLIPWAY_DISK_FLOOR: count(999_999).optional(),
  SLIPWAY_SITES_URL: sitesOrigin.optional(),
  SLIPWAY_SITES_FALLBACK: choice(["off", "on"]).optional(),
  SMTP_URL: url("smtp|smtps").optional(),
  SLIPWAY_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]+$/, "it must be an e-mail address")
    .optional(),
  DOCKER_HOST: url("unix|tcp|http|https|npipe|ssh").optional(),
  SLIPWAY_RATE_LIMIT: count(999_999).optional(),
  SLIPWAY_RATE_LIMIT_ADDRESS: count(999_999).optional(),
  SLIPWAY_HOST_CONCURRENCY: count(1_000).optional(),
  SLIPWAY_WEBHOOK_SPOOL: count(999_999).optional(),
  SLIPWAY_DELIVERY_DAYS: count(3_650).optional(),
  SLIPWAY_TRUSTED_PROXIES: networks.optional(),
  SLIPWAY_CA_FILE: z
    .string()
    .refine(
      (file) => authoritiesIn(file) !== null,
      "it must name a file that can be read and holds certificates in PEM",
    )
    .optional(),
  HTTPS_PROXY: proxy.optional(),
  HTTP_PROXY: proxy.optional(),
  NO_PROXY: z.string().optional(),
  SLIPWAY_LOG_LEVEL: choice(levels).optional(),
});
