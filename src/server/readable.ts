import type { IncomingMessage } from "node:http";
import { z } from "zod";

/** The router state that Next sends with a navigation, and the length from which Next refuses it. */
const header = "next-router-state-tree";
const longest = 40_000;

const Params = z.tuple([
  z.string(),
  z.string(),
  z.string().regex(/^(c|oc|d|[cd]i(\(\.{1,3}\)|\(\.\.\)\(\.\.\)))$/),
  z.array(z.string()).nullable(),
]);

/** A part of a path, what is below it by slot, and how it is to be drawn. */
const Branch = z.tuple([
  z.union([z.string(), Params]),
  z.record(
    z.string(),
    z.lazy((): z.ZodType => Branch),
  ),
  z.tuple([z.string(), z.string()]).nullish(),
  z.enum(["refetch", "inside-shared-layout", "metadata-only"]).nullish(),
  z.number().nullish(),
  z.string().optional(),
]);

/** Whether Next can read a request. It would answer an unreadable one with 500 and log a stack. */
export function isReadable({ url = "", headers }: IncomingMessage): boolean {
  const state = headers[header];
  try {
    decodeURIComponent(url.split("?", 1)[0] ?? "");
    return state === undefined || isState(String(state));
  } catch {
    return false;
  }
}

function isState(text: string): boolean {
  return text.length <= longest && Branch.safeParse(JSON.parse(decodeURIComponent(text))).success;
}

const known = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Whether anything here answers to such a method at all. */
export function isMethod(method: string | undefined): boolean {
  return known.has(method ?? "");
}
