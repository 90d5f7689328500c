/** The strings and numbers of the SSH protocols (RFC 4251 §5). */

/** A length of four bytes, then the bytes. */
export function packed(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      return [number(bytes.length), bytes];
    }),
  );
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A positive whole number as the protocol writes it: no needless zeros, one before a high first bit. */
export function positive(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const bare = first < 0 ? Buffer.alloc(0) : Buffer.from(bytes.subarray(first));
  return (bare[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bare]) : bare;
}

/** Take strings off the front. Null when a length leads beyond the end. */
export function unpacked(bytes: Buffer, count: number): { parts: Buffer[]; rest: Buffer } | null {
  const parts: Buffer[] = [];
  let at = 0;
  for (let taken = 0; taken < count; taken++) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return { parts, rest: bytes.subarray(at) };
}
