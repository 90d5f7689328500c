import { randomBytes } from "node:crypto";
import { type Entry, indexOf, shortestForm } from "@test/leak";
import { spellingsOf, unwrapped } from "@test/leak/spellings";

/** For tests: a secret that turned up where it must not be. */
export interface Found {
  canary: string;
  sink: string;
  spelling: string;
}

/** For tests: known secrets, and every place where they are looked for. */
export interface Search {
  /** A new secret that fits into any text field and holds signs that every encoding writes in another way. */
  make(name: string): string;
  /** A secret that somebody else made. What was looked at before is searched for it as well. */
  plant(name: string, value: string): string;
  /** This canary may be in this one place; the counts tell whether it was. */
  allow(canary: string, sink: string): void;
  /** Look into one output. It is kept, and searched when the outcome is asked for. */
  look(sink: string, content: string | Buffer): void;
  readonly found: readonly Found[];
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

interface Output {
  sink: string;
  bytes: Buffer;
}

/** For tests: begin a search. */
export function startSearch(): Search {
  const shared = `canary${randomBytes(9).toString("hex")}`;
  const names = new Set<string>();
  const known = new Set<string>();
  const entries = entriesOf(partOfOne, shared);
  const outputs: Output[] = [];
  const allowed = new Set<string>();
  let outcome: Found[] | null = null;

  function add(name: string, secret: string): void {
    // What is met again elsewhere keeps its first name, and with it the place where it may show.
    if (known.has(secret)) return;
    known.add(secret);
    names.add(name);
    entries.push(...entriesOf(name, secret));
    outcome = null;
  }
  const all = () => {
    outcome ??= searched(outputs, entries);
    return outcome;
  };
  const isAllowed = ({ canary, sink }: Found) => allowed.has(`${canary} in ${sink}`);
  return {
    make(name) {
      const head = `${shared}${randomBytes(4).toString("hex")}`;
      add(name, head);
      return `${head}"&<+'/=%$`;
    },
    plant(name, value) {
      if (value.length < shortestForm) throw new Error(`${name} is too short to be looked for`);
      if (!value.includes(shared)) add(name, value);
      return value;
    },
    allow: (canary, sink) => void allowed.add(`${canary} in ${sink}`),
    look(sink, content) {
      outputs.push({ sink, bytes: Buffer.isBuffer(content) ? content : Buffer.from(content) });
      outcome = null;
    },
    get found() {
      return all().filter((one) => !isAllowed(one));
    },
    counts: () => ({
      planted: names.size,
      spellings: spellingsOf(shared).size,
      outputs: outputs.length,
      bytes: outputs.reduce((sum, { bytes }) => sum + bytes.length, 0),
      allowed: [
        ...new Set(
          all()
            .filter(isAllowed)
            .map(({ canary, sink }) => `${canary} in ${sink}`),
        ),
      ],
      found: all().filter((one) => !isAllowed(one)).length,
    }),
  };
}

/** Every one that was made begins with the same letters: what is cut off before its own is found by these. */
const partOfOne = "a part of one";

function entriesOf(canary: string, secret: string): Entry[] {
  return [...spellingsOf(secret)].map(([spelling, form]) => ({ canary, spelling, form }));
}

function searched(outputs: readonly Output[], entries: readonly Entry[]): Found[] {
  const find = indexOf(entries);
  return outputs.flatMap(({ sink, bytes }) => {
    const text = Buffer.from(unwrapped(bytes.toString("latin1")), "latin1");
    const hits = [...find(bytes), ...find(text)];
    const whole = hits.filter(({ canary }) => canary !== partOfOne);
    const spelling = new Map((whole.length > 0 ? whole : hits).map((hit) => [hit.canary, hit.spelling]));
    return [...spelling].map(([canary, how]) => ({ canary, sink, spelling: how }));
  });
}

/** For tests: the counts as one line. */
export function lineOf({ planted, spellings, outputs, bytes, allowed, found }: Counts): string {
  const size = `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `canaries: ${planted} planted × ${spellings} spellings, ${outputs} outputs (${size}) searched, ${allowed.length} allowed places used, ${found} found`;
}
