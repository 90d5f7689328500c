import { call, type Door, json } from "@test/kit/call";
import type { Search } from "@test/leak/search";
import { answersSecret } from "@/server/procedure-facts";

export interface Asked {
  body: string;
  headers: Record<string, string>;
}

/**
 * For tests: call a procedure and keep all of the answer, its head included, to be searched. What is shown once by
 * design becomes a canary too, allowed in this answer alone.
 */
export async function askAndLook(
  search: Search,
  door: Door,
  path: string,
  { body, headers }: Asked,
): Promise<Record<string, unknown>> {
  const answer = await call(door, path, { method: "POST", body, headers: { ...json, ...headers } });
  const text = await answer.text();
  const sink = `answer of ${path}`;
  search.look(sink, `${answer.status}\n${headOf(answer)}\n${text}`);
  const parsed = objectOf(text);
  if (answersSecret(path) && answer.ok) showOnce(search, sink, parsed);
  return parsed;
}

/** For tests: every line of the head of an answer. */
export function headOf({ headers }: Response): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** Where an answer shows a secret: a key, a link that ends with a token, what signs. */
const shown = new Set(["key", "apiKey", "inviteUrl", "signingSecret"]);

function showOnce(search: Search, sink: string, value: object): void {
  for (const [name, part] of Object.entries(value)) {
    if (typeof part === "object" && part !== null) showOnce(search, sink, part);
    if (typeof part !== "string" || !shown.has(name)) continue;
    const canary = `${name} that is shown once`;
    search.plant(canary, name === "inviteUrl" ? part.slice(part.lastIndexOf("/") + 1) : part);
    search.allow(canary, sink);
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
