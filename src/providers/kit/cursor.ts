import { createHash } from "node:crypto";
import { z } from "zod";
import { Fault } from "@/lib/fault";

/**
 * A cursor says where in one query's answer to go on. It is opaque text, versioned, bound to the query it came
 * from, and holds a page number or a host's token: never an address to call.
 */
const VERSION = "1";
const MAX_LENGTH = 2048;

const Envelope = z.strictObject({ q: z.string(), at: z.unknown() });

/** The cursor of a position. `query` is whatever decides the order and the content of the list. */
export function encodeCursor(query: unknown, position: unknown): string {
  const body = JSON.stringify({ q: fingerprint(query), at: position });
  return `${VERSION}.${Buffer.from(body).toString("base64url")}`;
}

/**
 * The position that a cursor holds.
 * @throws Fault `invalid_input` reason `cursor_invalid` when it is damaged, foreign or of another query
 */
export function decodeCursor<Position>(
  query: unknown,
  position: z.ZodType<Position>,
  cursor: string,
): Position {
  const envelope = Envelope.safeParse(bodyOf(cursor));
  if (!envelope.success || envelope.data.q !== fingerprint(query)) throw invalid();
  const at = position.safeParse(envelope.data.at);
  if (!at.success) throw invalid();
  return at.data;
}

/** Short text that differs when the JSON of the value differs. */
export function fingerprint(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("base64url")
    .slice(0, 16);
}

function bodyOf(cursor: string): unknown {
  if (cursor.length > MAX_LENGTH || !cursor.startsWith(`${VERSION}.`)) throw invalid();
  try {
    return JSON.parse(Buffer.from(cursor.slice(VERSION.length + 1), "base64url").toString());
  } catch {
    throw invalid();
  }
}

function invalid(): Fault {
  return new Fault("invalid_input", { code: "cursor_invalid" });
}
