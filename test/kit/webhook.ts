import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { RawDelivery } from "@/providers/webhook";

/** Deliveries as the hosts send them, signed here without any of the code that verifies them. */

/** Also a signing key of Standard Webhooks, so that one secret fits every host. */
export const HOOK_SECRET = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
export const HOOK_TIME = new Date("2026-05-03T10:00:00Z");

const hex = (body: Uint8Array, secret: string) => createHmac("sha256", secret).update(body).digest("hex");

interface Sending {
  /** The host's id of the delivery. */
  id: string;
  at: Date;
}

type Sign = (body: Uint8Array, secret: string, sending: Sending) => Record<string, string>;

const signs: Record<string, Sign> = {
  github: (body, secret, { id }) => ({
    "X-GitHub-Delivery": id,
    "X-Hub-Signature-256": `sha256=${hex(body, secret)}`,
  }),
  gitea: (body, secret, { id }) => ({
    "X-Gitea-Delivery": id,
    "X-Gitea-Signature": hex(body, secret),
    "X-Hub-Signature-256": `sha256=${hex(body, secret)}`,
  }),
  gitlab: (body, secret, { id, at }): Record<string, string> => {
    if (!secret.startsWith("whsec_")) return { "Idempotency-Key": id, "X-Gitlab-Token": secret };
    const time = Math.floor(at.getTime() / 1000);
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const mac = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64");
    return {
      "Idempotency-Key": id,
      "webhook-id": id,
      "webhook-timestamp": String(time),
      "webhook-signature": `v1,${mac}`,
    };
  },
  bitbucket: (body, secret, { id }) => ({
    "X-Request-UUID": id,
    "X-Hub-Signature": `sha256=${hex(body, secret)}`,
  }),
  bitbucketServer: (body, secret, { id }) => ({
    "X-Request-Id": id,
    "X-Hub-Signature": `sha256=${hex(body, secret)}`,
  }),
  azureDevops: (_body, secret) => ({ "X-Hub-Token": secret }),
};

/** Types of hosts that this kit is able to sign for. */
export const signable = Object.keys(signs);

export function signed(
  type: string,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
  secret = HOOK_SECRET,
  sending: Sending = { id: "8f3a5c1e-0c7b-11f1-9d53-0242ac120002", at: HOOK_TIME },
): RawDelivery {
  const sign = signs[type];
  if (!sign) throw new Error(`no signature of ${type} is known here`);
  const raw = typeof body === "string" ? Buffer.from(body) : body;
  const all = { "content-type": "application/json", ...headers, ...sign(raw, secret, sending) };
  return { raw, headers: new Headers(all) };
}

/** A small generator of numbers with a seed, so that a failure comes back with its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Deep enough to end a recursive reader. The whole body may be much deeper: one of that kind is enough. */
const DEEP = 20_000;
const DEEPEST = 200_000;
const oddValues: (() => string)[] = [
  () => "null",
  () => "[]",
  () => "{}",
  () => '""',
  () => "-1",
  () => "9007199254740993",
  () => "1e400",
  () => "true",
  () => JSON.stringify("x".repeat(50_000)),
  () => `${"[".repeat(DEEP)}${"]".repeat(DEEP)}`,
  () => `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
  () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{}}}',
  () => `[${"null,".repeat(5_000)}null]`,
  () => '["refs/heads/main"]',
  () => '"\\u0000\\ud800\\u202e"',
];

const wholeBodies: ((text: string) => Uint8Array)[] = [
  () => Buffer.alloc(0),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0xc3, 0x28])]),
  (text) => Buffer.from(text.slice(0, text.length / 2)),
  (text) => gzipSync(text),
  (text) => Buffer.from(text, "utf16le"),
  () => Buffer.from(`${"[".repeat(DEEPEST)}${"]".repeat(DEEPEST)}`),
  (text) => Buffer.from(`[${text},${text}]`),
  (text) => Buffer.from(`payload=${encodeURIComponent(text)}`),
  (text) => Buffer.from(text.replaceAll(/"(\w+)":/g, '"$1":null,"$1":')),
];

/**
 * Bodies of one payload that are wrong in one place each: a field gone, of another type, huge, deep, doubled. The same
 * seed gives the same ones.
 */
export function mutants(payload: unknown, count: number, seed: number): Uint8Array[] {
  const next = numbers(seed);
  const text = JSON.stringify(payload);
  const places = placesOf(payload);
  const whole = wholeBodies.map((make) => make(text)).slice(0, count);
  const inside = Array.from({ length: count - whole.length }, () => {
    const place = places[next(places.length)] ?? [];
    return Buffer.from(textWith(payload, place, next));
  });
  return [...whole, ...inside];
}

type Place = (string | number)[];

/** Paths of all values, the outer ones more often: what is deep inside is seldom read. */
function placesOf(value: unknown, at: Place = []): Place[] {
  const inner =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, child]) => placesOf(child, [...at, key]))
      : [];
  return [...Array.from({ length: Math.max(1, 4 - at.length) }, () => at), ...inner];
}

/** The payload as text, with what is at the place replaced, left out or put in a list. */
function textWith(payload: unknown, place: Place, next: (below: number) => number): string {
  const mark = "\u0001mark\u0001";
  const [key] = place.slice(-1);
  if (key === undefined) return oddValues[next(oddValues.length)]?.() ?? "";
  const copy = structuredClone(payload);
  const parent = place
    .slice(0, -1)
    .reduce<unknown>((value, part) => Reflect.get(value as object, part), copy);
  const was = JSON.stringify(Reflect.get(parent as object, key));
  Reflect.set(parent as object, key, mark);
  const kind = next(oddValues.length + 3);
  const odd =
    kind < oddValues.length ? oddValues[kind]?.() : kind === oddValues.length ? `[${was}]` : `{"0":${was}}`;
  if (kind === oddValues.length + 2) Reflect.deleteProperty(parent as object, key);
  return JSON.stringify(copy).replace(JSON.stringify(mark), () => odd ?? "null");
}
