import { Fault } from "@/lib/fault";

/** Far above any row: a longer line is no backup, and would fill the memory. */
const maxLineBytes = 32_000_000;

/**
 * The lines of a stream of UTF-8, split at line feeds only: rows may hold the other characters that count as line
 * ends elsewhere.
 * @throws Fault `invalid_input` reason `backup_damaged` for a line without end
 */
export async function* linesOf(
  stream: AsyncIterable<unknown>,
  maxBytes = maxLineBytes,
): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let bytes = toBytes(chunk);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield Buffer.concat([...rest, bytes.subarray(0, end)]).toString("utf8");
      [rest, size] = [[], 0];
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > 0) rest.push(bytes);
    size += bytes.length;
    if (size > maxBytes) throw new Fault("invalid_input", { code: "backup_damaged" });
  }
  if (size > 0) yield Buffer.concat(rest).toString("utf8");
}

function toBytes(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}
