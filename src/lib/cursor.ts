import { createHash } from "node:crypto";
import type { z } from "zod";
import { Fault } from "@/lib/fault";
import { isCommonDate } from "@/lib/shape";

/**
 * An opaque position in a list. `scope` names the list, for example organization, procedure and filters, so that
 * every other list refuses the cursor.
 */
export function encodeCursor(scope: string, value: unknown): string {
  return Buffer.from(JSON.stringify([mark(scope), value])).toString("base64url");
}

/**
 * The value that `encodeCursor` was given for the same scope. It came through the client: give its shape, or parse it.
 * @throws Fault `invalid_input` with reason `cursor_invalid`
 */
export function decodeCursor(scope: string, text: string): unknown;
export function decodeCursor<T>(scope: string, text: string, shape: z.ZodType<T>): T;
export function decodeCursor(scope: string, text: string, shape?: z.ZodType): unknown {
  const parts = unpack(text);
  if (!Array.isArray(parts) || parts.length !== 2 || parts[0] !== mark(scope)) throw damaged();
  return shape ? inShape(shape, parts[1]) : parts[1];
}

function inShape(shape: z.ZodType, value: unknown): unknown {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw damaged(parsed.error);
  if ([parsed.data].flat().some(isOutlandish)) throw damaged();
  return parsed.data;
}

/** A client can forge a cursor with values that the database refuses, such as NUL characters. */
function isOutlandish(part: unknown): boolean {
  return part instanceof Date ? !isCommonDate(part) : typeof part === "string" && part.includes("\0");
}

function unpack(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (cause) {
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): Fault {
  return new Fault("invalid_input", { code: "cursor_invalid" }, { cause });
}

function mark(scope: string): string {
  return createHash("sha256").update(scope).digest("base64url").slice(0, 12);
}
