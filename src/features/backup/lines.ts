/** The lines of a stream of UTF-8, split at line feeds only: rows may hold every other sign that ends a line elsewhere. */
export async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    let bytes = Buffer.concat([rest, toBytes(chunk)]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield bytes.toString("utf8", 0, end);
      bytes = bytes.subarray(end + 1);
    }
    rest = bytes;
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

function toBytes(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
}
