import { crc32 } from "node:zlib";
import type { CompleteDelivery } from "@/features/delivery/receive/insert";

/**
 * A record of the spool: length of the facts, length of the body, checksum of both; then the facts as JSON and the body
 * as it was sent. A record that was not written to its end is one that no host got an answer for.
 */
const headBytes = 12;
const mostFacts = 65_536;

export function encodeRecord({ body, ...facts }: CompleteDelivery): Buffer {
  const json = Buffer.from(JSON.stringify(facts));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(json.byteLength, 0);
  head.writeUInt32BE(body.byteLength, 4);
  head.writeUInt32BE(crc32(body, crc32(json)), 8);
  return Buffer.concat([head, json, body]);
}

export interface Decoded {
  delivery: CompleteDelivery;
  /** Bytes of the record. */
  size: number;
}

/**
 * The first record in these bytes.
 * @returns how many bytes are needed when they hold the beginning of one; null when they are none
 */
export function decodeRecord(bytes: Buffer, longestBody: number): Decoded | number | null {
  if (bytes.byteLength < headBytes) return headBytes;
  const [facts, body] = [bytes.readUInt32BE(0), bytes.readUInt32BE(4)];
  if (facts === 0 || facts > mostFacts || body > longestBody) return null;
  const size = headBytes + facts + body;
  if (bytes.byteLength < size) return size;
  const content = bytes.subarray(headBytes, size);
  if (crc32(content) !== bytes.readUInt32BE(8)) return null;
  // The checksum is right, so these are the facts that this code has written.
  const { receivedAt, ...rest } = JSON.parse(content.subarray(0, facts).toString("utf8"));
  const delivery = { ...rest, receivedAt: new Date(receivedAt), body: content.subarray(facts) };
  return { delivery, size };
}
