import type { IncomingMessage } from "node:http";
import { Fault } from "@/lib/fault";

/** Bytes of a request body at most. */
const maxBody = 1_048_576;

/** A NUL character, as JSON writes it: PostgreSQL cannot keep it in text. */
const nul = /(?<!\\)(?:\\\\)*\\u0000/;

export interface ReadOptions {
  /** Bytes at most; 1 MiB unless given. */
  limit?: number;
  /** How long the client may take to send it. */
  withinMs?: number;
  /** Asked for each piece before it is kept. @throws a fault when there is no memory for it */
  reserve?(bytes: number): void;
}

/**
 * The body as it was sent, counted while it is read: what a header says about its length is not believed.
 * @throws Fault `too_large`, or `invalid_input` when the client leaves or its time is up before the end
 */
export function readBytes(
  request: IncomingMessage,
  { limit = maxBody, withinMs, reserve }: ReadOptions = {},
): Promise<Buffer> {
  if (Number(request.headers["content-length"]) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = withinMs === undefined ? undefined : setTimeout(left, withinMs);
    function end(settle: () => void): void {
      clearTimeout(timer);
      request.off("data", take).off("end", done).off("close", left).off("error", left);
      settle();
    }
    function take(chunk: Buffer): void {
      size += chunk.byteLength;
      try {
        if (size > limit) throw tooLarge(limit);
        reserve?.(chunk.byteLength);
        chunks.push(chunk);
      } catch (error) {
        end(() => reject(error));
      }
    }
    function done(): void {
      end(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    }
    function left(): void {
      end(() => reject(new Fault("invalid_input", { code: "request_unreadable" })));
    }
    request.on("data", take).on("end", done).on("close", left).on("error", left);
  });
}

/**
 * The body as text.
 * @throws Fault as `readBytes`, or `invalid_input` when it is not UTF-8 or holds a NUL
 */
export async function readText(request: IncomingMessage): Promise<string> {
  return textOf(await readBytes(request));
}

/** Bytes that were read as text. @throws Fault `invalid_input` when they are not UTF-8 or hold a NUL */
export function textOf(bytes: Buffer): string {
  return assertText(decode(bytes));
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });
  }
}

/** What JSON text says; an empty one is an empty object. @throws Fault `invalid_input` when it is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });
  }
}

/** @throws Fault `invalid_input` for JSON text with a NUL in it */
export function assertText(text: string): string {
  if (text.includes("\0") || nul.test(text)) throw new Fault("invalid_input", { code: "nul_character" });
  return text;
}

function tooLarge(limit: number): Fault {
  return new Fault("too_large", { code: "body_too_large", params: { limit: `${limit / 1_048_576} MiB` } });
}
