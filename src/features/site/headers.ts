import mime from "mime";

const aYear = 31_536_000;

/** The last part of a name before its ending: `B3xk2L9a` in `index-B3xk2L9a.js`. */
const lastPart = /[-._]([A-Za-z0-9_-]{8,64})\.[a-z0-9]+(?:\.map)?$/;

/** What a browser is told of a file by its name. */
export function typeOf(file: string): string {
  const type = mime.getType(file) ?? "application/octet-stream";
  const isText = /^text\/|^application\/(javascript|json|xml|manifest\+json)|\+xml$|\+json$/.test(type);
  return isText ? `${type}; charset=utf-8` : type;
}

/** Hashed files never change; everything else is asked for again, and mostly answered with 304. */
export function cachingOf(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (/\.html?$/i.test(name) || !isHash(lastPart.exec(name)?.[1] ?? "")) return "no-cache";
  return `public, max-age=${aYear}, immutable`;
}

/**
 * Whether bundlers write such a part, so that the name changes with the content. A word or a date taken for one would
 * keep old content in browsers for a year, so in doubt it is none.
 */
function isHash(part: string): boolean {
  const has = (pattern: RegExp) => pattern.test(part);
  if (has(/^[0-9a-f]+$/)) return has(/\d/) && has(/[a-f]/);
  const tail = part.slice(-8);
  return /\d/.test(tail) && /[a-z]/.test(tail) && /[A-Z]/.test(tail);
}
