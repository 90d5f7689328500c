/** Forms shorter than this cannot be looked for. */
export const shortestForm = 8;

/** For tests: one text to look for, and what it means when it is there. */
export interface Entry {
  form: string;
  secret: string;
  spelling: string;
}

/** For tests: which of the forms a text holds. One pass over the text, however many forms there are. */
export function indexOf(entries: readonly Entry[]): (text: Buffer) => Set<Entry> {
  const buckets = new Map<number, { entry: Entry; bytes: Buffer }[]>();
  const maybe = new Uint8Array(0x10000);
  for (const entry of entries) {
    const bytes = Buffer.from(entry.form);
    if (bytes.length < shortestForm) throw new Error(`${entry.secret} is too short to be looked for`);
    const hash = hashAt(bytes, 0);
    maybe[hash & 0xffff] = 1;
    buckets.set(hash, [...(buckets.get(hash) ?? []), { entry, bytes }]);
  }
  return (text) => {
    const found = new Set<Entry>();
    for (let at = 0; at <= text.length - shortestForm; at++) {
      const hash = hashAt(text, at);
      if (maybe[hash & 0xffff] === 0) continue;
      for (const { entry, bytes } of buckets.get(hash) ?? [])
        if (text.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, text.length)) === 0)
          found.add(entry);
    }
    return found;
  };
}

/** Of the eight bytes from here on. */
function hashAt(text: Buffer, at: number): number {
  return (four(text, at) ^ Math.imul(four(text, at + 4), 0x9e3779b1)) >>> 0;
}

function four(text: Buffer, at: number): number {
  return byte(text, at) | (byte(text, at + 1) << 8) | (byte(text, at + 2) << 16) | (byte(text, at + 3) << 24);
}

function byte(text: Buffer, at: number): number {
  return text[at] ?? 0;
}
