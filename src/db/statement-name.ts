import { createHash } from "node:crypto";

/** Prepared statements live as long as their connection, so their number has to end somewhere. */
const limit = 400;
const names = new Map<string, string>();

/**
 * A stable name per statement text, so that PostgreSQL plans it once per connection.
 * Empty (plan each time) for texts beyond the limit, such as IN lists of every length.
 */
export function statementName({ sql }: { sql: string }): string {
  const known = names.get(sql);
  if (known) return known;
  if (names.size >= limit) return "";
  const name = `s${createHash("sha256").update(sql).digest("hex").slice(0, 24)}`;
  names.set(sql, name);
  return name;
}
