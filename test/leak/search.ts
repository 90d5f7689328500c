import { randomBytes } from "node:crypto";
import { spellingsOf, unwrapped } from "@test/leak/spellings";
import { type Entry, indexOf, shortestForm } from "@test/leak/text-index";

/** For tests: a secret that turned up where it must not be. */
interface Found {
  secret: string;
  sink: string;
  spelling: string;
}

/** For tests: known secrets, and every output that is searched for them. */
export interface Search {
  /** A new secret that fits into any text field; it holds characters that each encoding writes differently. */
  make(name: string): string;
  /** A secret that was made elsewhere. Outputs that were recorded before are searched for it as well. */
  add(name: string, value: string): string;
  /** This secret may be in this one output; the counts say whether it was. */
  allow(secret: string, sink: string): void;
  /** Keep one output; it is searched when the outcome is read. */
  record(sink: string, content: string | Buffer): void;
  readonly found: readonly Found[];
  counts(): Counts;
}

export interface Counts {
  secrets: number;
  /** Spellings in which each one is searched for. */
  spellings: number;
  outputs: number;
  bytes: number;
  /** Outputs in which a secret was shown once by design. */
  allowed: string[];
  found: number;
}

interface Output {
  sink: string;
  bytes: Buffer;
}

/** For tests: begin a search. */
export function startSearch(): Search {
  const shared = `seeded${randomBytes(9).toString("hex")}`;
  const names = new Set<string>();
  const known = new Set<string>();
  const entries = entriesOf(partOfOne, shared);
  const outputs: Output[] = [];
  const allowed = new Set<string>();
  let outcome: Found[] | null = null;

  function add(name: string, secret: string): void {
    // A secret that is added twice keeps its first name, and with it the output that may show it.
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
  const isAllowed = ({ secret, sink }: Found) => allowed.has(`${secret} in ${sink}`);
  return {
    make(name) {
      const head = `${shared}${randomBytes(4).toString("hex")}`;
      add(name, head);
      return `${head}"&<+'/=%$`;
    },
    add(name, value) {
      if (value.length < shortestForm) throw new Error(`${name} is too short to be looked for`);
      if (!value.includes(shared)) add(name, value);
      return value;
    },
    allow: (secret, sink) => void allowed.add(`${secret} in ${sink}`),
    record(sink, content) {
      outputs.push({ sink, bytes: Buffer.isBuffer(content) ? content : Buffer.from(content) });
      outcome = null;
    },
    get found() {
      return all().filter((one) => !isAllowed(one));
    },
    counts: () => ({
      secrets: names.size,
      spellings: spellingsOf(shared).size,
      outputs: outputs.length,
      bytes: outputs.reduce((sum, { bytes }) => sum + bytes.length, 0),
      allowed: [
        ...new Set(
          all()
            .filter(isAllowed)
            .map(({ secret, sink }) => `${secret} in ${sink}`),
        ),
      ],
      found: all().filter((one) => !isAllowed(one)).length,
    }),
  };
}

/** All generated secrets share a prefix, so that a truncated one is found too. */
const partOfOne = "the prefix of a secret";

function entriesOf(secret: string, value: string): Entry[] {
  return [...spellingsOf(value)].map(([spelling, form]) => ({ secret, spelling, form }));
}

function searched(outputs: readonly Output[], entries: readonly Entry[]): Found[] {
  const find = indexOf(entries);
  return outputs.flatMap(({ sink, bytes }) => {
    const text = Buffer.from(unwrapped(bytes.toString("latin1")), "latin1");
    const hits = [...find(bytes), ...find(text)];
    const whole = hits.filter(({ secret }) => secret !== partOfOne);
    const spelling = new Map((whole.length > 0 ? whole : hits).map((hit) => [hit.secret, hit.spelling]));
    return [...spelling].map(([secret, how]) => ({ secret, sink, spelling: how }));
  });
}

/** For tests: the counts as one line. */
export function lineOf({ secrets, spellings, outputs, bytes, allowed, found }: Counts): string {
  const size = `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `leak search: ${secrets} secrets × ${spellings} spellings, ${outputs} outputs (${size}) searched, ${allowed.length} of them show one by design, ${found} found`;
}
