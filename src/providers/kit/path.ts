import { Fault } from "@/lib/fault";

/**
 * A URL path of encoded segments: `pathOf("repos", "acme", "a/b#1")` is `repos/acme/a%2Fb%231`.
 * @throws Fault `invalid_input` reason `name_invalid` for a segment that a URL would swallow (`.`, `..`, empty)
 */
export function pathOf(...segments: (string | number)[]): string {
  return segments.map((segment) => encoded(String(segment))).join("/");
}

function encoded(segment: string): string {
  // URL parsers fold "." and ".." also when they are percent-encoded, so they would change the path.
  if (/^\.{0,2}$/.test(segment)) throw nameInvalid(segment);
  try {
    return encodeURIComponent(segment);
  } catch {
    // Half of a surrogate pair.
    throw nameInvalid(segment);
  }
}

/** `owner/name` in its two parts. @throws Fault `invalid_input` reason `name_invalid` */
export function ownerAndName(fullName: string): { owner: string; name: string } {
  const [owner, name, ...rest] = fullName.split("/");
  if (!owner || !name || rest.length > 0) throw nameInvalid(fullName);
  return { owner, name };
}

/** The fault of a name that cannot be part of a path. */
export function nameInvalid(name: string): Fault {
  return new Fault("invalid_input", { code: "name_invalid", params: { name: name.slice(0, 100) } });
}
