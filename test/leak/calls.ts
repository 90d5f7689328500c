import { call, json, type Transport } from "@test/kit/call";
import type { Search } from "@test/leak/search";
import { answersSecret } from "@/server/procedure-facts";

export interface Asked {
  body: string;
  headers: Record<string, string>;
}

/**
 * For tests: call a procedure and record the whole answer, headers included. A secret that is shown once by design is
 * searched for as well, and allowed in this answer alone.
 */
export async function callAndRecord(
  search: Search,
  transport: Transport,
  path: string,
  { body, headers }: Asked,
): Promise<Record<string, unknown>> {
  const answer = await call(transport, path, { method: "POST", body, headers: { ...json, ...headers } });
  const text = await answer.text();
  const sink = `answer of ${path}`;
  search.record(sink, `${answer.status}\n${headOf(answer)}\n${text}`);
  const parsed = objectOf(text);
  if (answersSecret(path) && answer.ok) showOnce(search, sink, parsed);
  return parsed;
}

/** For tests: the header lines of an answer. */
export function headOf({ headers }: Response): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Fields of answers that show a secret: keys, a link that ends with a token, a signing secret. */
const shown = new Set(["key", "apiKey", "inviteUrl", "signingSecret", "secret"]);

function showOnce(search: Search, sink: string, value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === "object" && part !== null) showOnce(search, sink, part);
    if (typeof part !== "string" || !shown.has(name)) continue;
    const secret = `${name} that is shown once`;
    search.add(secret, name === "inviteUrl" ? part.slice(part.lastIndexOf("/") + 1) : part);
    search.allow(secret, sink);
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
