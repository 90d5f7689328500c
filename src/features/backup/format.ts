import { z } from "zod";

/**
 * A backup is one gzip of lines: a heading, then per table its name with its columns and one line per row as
 * PostgreSQL's COPY writes it, ended by `\.`; then the counts, and at the end a MAC of all lines before.
 */
export const Heading = z.object({
  slipwayBackup: z.literal(2),
  madeAt: z.iso.datetime(),
  /** Names of the migrations that had been applied. */
  migrations: z.array(z.string()),
  /** Id of the key for the MAC. */
  keyId: z.string().max(32),
});

export type Heading = z.infer<typeof Heading>;

export const TableHeading = z.object({ table: z.string(), columns: z.array(z.string()) });
export type TableHeading = z.infer<typeof TableHeading>;

/** Rows per table. */
export const Trailer = z.object({ counts: z.record(z.string(), z.number().int()) });
export const MacLine = z.object({ mac: z.string().max(64) });

export type Counts = z.infer<typeof Trailer>["counts"];

export const endOfTable = "\\.";

/** Tables that are not backed up: sessions end with a restore, caches fill again, and a copy must tell no host anything. */
export const leftOut = [
  "_prisma_migrations",
  "session",
  "password_reset",
  "oauth_flow",
  "idempotency_key",
  "throttle",
  "repository_list",
  "deployment_event",
  "commit_report",
];

/** Quote a name for SQL; names in a backup file are not trusted. */
export function nameSql(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
