import mime from "mime";

/** The start of a file that Git LFS keeps elsewhere. */
const lfsPointer = "version https://git-lfs.github.com/spec/v1\n";
const longestPointer = 1_024;

export interface Looked {
  /** Path below the root of the site. */
  name: string;
  size: number;
  /** The first bytes. */
  head: Buffer;
  /** All of its bytes are UTF-8. */
  isUtf8: boolean;
  /** The whole text of a small file without an ending; absent for all others. */
  text?: string;
}

/** Whether what is there is only the pointer to a file in Git LFS. */
export function isLfsPointer({ size, head }: Pick<Looked, "size" | "head">): boolean {
  return size <= longestPointer && head.subarray(0, lfsPointer.length).toString("latin1") === lfsPointer;
}

/** The Content-Type of a file: by its ending, and where that says nothing by what is in it. */
export function typeOf(file: Looked): string {
  if (isLfsPointer(file)) return "text/plain; charset=utf-8";
  const type = wellKnownType(file.name) ?? mime.getType(file.name) ?? typeByContent(file);
  return isText(type) ? type + charsetOf(file) : type;
}

export function hasEnding(name: string): boolean {
  return /[^/]\.[A-Za-z0-9]+$/.test(name);
}

/** Files whose readers insist on a type that their name does not tell. */
function wellKnownType(name: string): string | null {
  if (/(^|\/)apple-app-site-association$/.test(name)) return "application/json";
  return /^\.well-known\/matrix\/(client|server|support)$/.test(name) ? "application/json" : null;
}

function typeByContent({ name, head, isUtf8, text }: Looked): string {
  if (hasEnding(name) || !isUtf8) return "application/octet-stream";
  const start = head.toString("utf8").trimStart().toLowerCase();
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) return "text/html";
  return text !== undefined && isJson(text) ? "application/json" : "text/plain";
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // text that only begins like JSON
  }
}

function isText(type: string): boolean {
  return /^text\/|^application\/(javascript|json|xml|manifest\+json)$|\+xml$|\+json$/.test(type);
}

/** Without a charset browsers use the one declared in the file, which is right for old pages. */
function charsetOf({ head, isUtf8 }: Looked): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "; charset=utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "; charset=utf-16be";
  return isUtf8 ? "; charset=utf-8" : "";
}

/** Data that pages load and that has no registered type. */
const dataEnding =
  /\.(arrow|avro|basis|bundle|dat|data|db|drc|exr|fbx|feather|gguf|h5|hdr|lottie|mbtiles|npy|npz|onnx|parquet|pb|pck|ply|pmtiles|pt|riv|safetensors|splat|sqlite3?|tflite|unityweb|zst)$/i;

/** Whether an address names a part of a page (a script, an image), which a page must never be the answer to. */
export function isAssetPath(pathname: string): boolean {
  const name = pathname.slice(pathname.lastIndexOf("/") + 1);
  if (!hasEnding(`/${name}`)) return false;
  const type = mime.getType(name);
  return (type !== null && type !== "text/html" && !/\.com$/i.test(name)) || dataEnding.test(name);
}

/** What browsers load with `Sec-Fetch-Dest` as a page; a script that fetches says `empty`. */
const pageDestinations = new Set(["document", "iframe", "frame", "empty", "embed", "object"]);

/** Whether a page may answer the request: not when the browser says that it loads a script, an image or the like. */
export function acceptsPage(destination: string | undefined): boolean {
  return destination === undefined || pageDestinations.has(destination);
}
