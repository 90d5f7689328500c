import { Fault } from "@/lib/fault";

/** Bytes of a request body at most. */
const maxBody = 1_048_576;

/** A NUL character, as JSON writes it: PostgreSQL cannot keep it in text. */
const nul = /(?<!\\)(?:\\\\)*\\u0000/;

/**
 * The body as text, at most 1 MiB, counted while it is read: what a header says about its length is not believed.
 * @throws Fault `too_large`, or `invalid_input` when it is not UTF-8 or holds a NUL
 */
export async function readBody(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > maxBody) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBody) throw tooLarge();
    chunks.push(chunk);
  }
  return assertText(decode(Buffer.concat(chunks)));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });
  }
}

/** What a body says; an empty one is an empty object. @throws Fault `invalid_input` when it is no JSON */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body || "{}");
  } catch (cause) {
    throw new Fault("invalid_input", { code: "broken_json" }, { cause });
  }
}

/** @throws Fault `invalid_input` for JSON text with a NUL in it */
export function assertText(text: string): string {
  if (text.includes("\0") || nul.test(text)) throw new Fault("invalid_input", { code: "nul_character" });
  return text;
}

function tooLarge(): Fault {
  return new Fault("too_large", { code: "body_too_large", params: { limit: "1 MiB" } });
}
