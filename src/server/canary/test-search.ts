import { randomBytes } from "node:crypto";
import { spellingsOf, unwrapped } from "@/server/canary/test-spellings";

/** For tests: a secret that turned up where it must not be. */
export interface Found {
  canary: string;
  sink: string;
  spelling: string;
}

/** For tests: known secrets, and every place where they were looked for. */
export interface Search {
  /** A new secret that fits into any text field and holds signs that every encoding writes in another way. */
  make(name: string): string;
  /** A secret that somebody else made. */
  plant(name: string, value: string): string;
  /** These canaries may be in this one place; whoever allows it has to find it used. */
  allow(canary: string, sink: string): void;
  /** Look into one output. */
  look(sink: string, content: string | Buffer): void;
  readonly found: Found[];
  counts(): Counts;
}

export interface Counts {
  planted: number;
  /** Ways each one is looked for. */
  spellings: number;
  outputs: number;
  bytes: number;
  /** Places where a secret is shown once by design, and was. */
  allowed: string[];
  found: number;
}

interface Planted {
  name: string;
  forms: ReadonlyMap<string, string>;
}

/** For tests: begin a search. */
export function startSearch(): Search {
  const shared = `canary${randomBytes(9).toString("hex")}`;
  const marker = spellingsOf(shared);
  const made: Planted[] = [];
  const given: Planted[] = [];
  const allowed = new Map<string, boolean>();
  const found: Found[] = [];
  const seen = { outputs: 0, bytes: 0 };

  function hit(sink: string, canary: string, spelling: string): void {
    const place = `${canary} in ${sink}`;
    if (allowed.has(place)) allowed.set(place, true);
    else if (!found.some((one) => one.sink === sink && one.canary === canary))
      found.push({ canary, sink, spelling });
  }

  /** Every one that was made begins with the same letters: one look tells whether any is there. */
  function lookForMade(sink: string, text: string): void {
    const spelling = [...marker].find(([, form]) => text.includes(form))?.[0];
    if (!spelling) return;
    const which = made.filter(({ forms }) => [...forms.values()].some((form) => text.includes(form)));
    for (const { name } of which.length > 0 ? which : [{ name: "a part of one" }]) hit(sink, name, spelling);
  }

  function lookForGiven(sink: string, text: string): void {
    for (const { name, forms } of given)
      for (const [spelling, form] of forms) if (text.includes(form)) hit(sink, name, spelling);
  }

  return {
    found,
    make(name) {
      const head = `${shared}${randomBytes(4).toString("hex")}`;
      made.push({ name, forms: spellingsOf(head) });
      return `${head}"&<+/=%$'`;
    },
    plant(name, value) {
      if (value.length < 8) throw new Error(`${name} is too short to be looked for`);
      if (!value.includes(shared)) given.push({ name, forms: spellingsOf(value) });
      return value;
    },
    allow: (canary, sink) => void allowed.set(`${canary} in ${sink}`, false),
    look(sink, content) {
      const text = Buffer.isBuffer(content) ? content.toString("latin1") : content;
      seen.outputs += 1;
      seen.bytes += text.length;
      for (const form of new Set([text, unwrapped(text)])) {
        lookForMade(sink, form);
        lookForGiven(sink, form);
      }
    },
    counts: () => ({
      planted: made.length + new Set(given.map(({ name }) => name)).size,
      spellings: marker.size,
      ...seen,
      allowed: [...allowed].filter(([, used]) => used).map(([place]) => place),
      found: found.length,
    }),
  };
}

/** For tests: the counts as one line. */
export function lineOf({ planted, spellings, outputs, bytes, allowed, found }: Counts): string {
  const size = `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `canaries: ${planted} planted × ${spellings} spellings, ${outputs} outputs (${size}) searched, ${allowed.length} allowed places used, ${found} found`;
}
