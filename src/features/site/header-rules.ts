/** The file `_headers` of a site: under a path the headers that answers below it get. */
import { Notes, segmentsOf } from "@/features/site/redirects";
import type { SiteWarning } from "@/features/site/warning";

export interface HeaderRule {
  /** The path that fits, with `:name` for one segment and at most one `*` for anything. */
  path: string;
  set: [name: string, value: string][];
  /** Names of headers that rules before this one set and this one takes away. */
  unset: string[];
}

/** As Cloudflare Pages has them. */
const limits = { rules: 100, line: 2_000 };

/** They belong to the connection or follow from the file, so a site cannot set them. */
const refused = new Set(
  `accept-ranges age allow alt-svc connection content-encoding content-length content-range date etag keep-alive
  last-modified location proxy-authenticate server status te trailer transfer-encoding upgrade`.split(/\s+/),
);

/**
 * Read the rules. Unsupported lines are ignored, and reported together with those that other hosts read differently.
 */
export function parseHeaders(text: string): {
  rules: HeaderRule[];
  warnings: SiteWarning[];
  /** A rule asks for a password, which is not supported: what it protects must not be published. */
  password: boolean;
} {
  const rules: HeaderRule[] = [];
  const notes = new Notes("header_rule");
  let current: HeaderRule | null = null;
  let password = false;
  for (const [at, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    // Also in a line that is left out: too long, not indented, or below a path that cannot be read.
    password ||= /^basic-auth\s*:/i.test(trimmed);
    if (line.length > limits.line) {
      notes.ignored(at + 1, "limit");
    } else if (!/^\s/.test(line)) {
      const problem = pathProblem(trimmed, rules.length);
      current = problem ? null : { path: trimmed, set: [], unset: [] };
      if (problem) notes.ignored(at + 1, problem);
      if (current) rules.push(current);
    } else if (current) {
      const problem = addLine(current, trimmed);
      if (problem === "unset") notes.differs(at + 1, problem);
      else if (problem) notes.ignored(at + 1, problem);
    }
  }
  return { rules, warnings: notes.all(), password };
}

function pathProblem(path: string, count: number): string | null {
  if (/^https?:\/\//i.test(path)) return "domain";
  if (!path.startsWith("/") || segmentsOf(path) === null) return "syntax";
  if ((path.match(/\*/g)?.length ?? 0) > 1) return "splat";
  return count >= limits.rules ? "limit" : null;
}

/** @returns why the line is left out or read differently elsewhere; null when neither */
function addLine(rule: HeaderRule, line: string): string | null {
  const unset = /^!\s*([\w-]+)$/.exec(line)?.[1];
  if (unset) {
    rule.unset.push(unset.toLowerCase());
    return "unset";
  }
  const [, name = "", value = ""] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
  if (name === "" || !/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return "syntax";
  if (refused.has(name.toLowerCase())) return "refused";
  rule.set.push([name.toLowerCase(), value]);
  return null;
}

/** The headers for an address. One that is set several times gets all values, as a list. */
export function headersFor(rules: readonly HeaderRule[], pathname: string): Map<string, string> {
  const parts = segmentsOf(pathname);
  const found = new Map<string, string>();
  if (parts === null) return found;
  const asked = `/${parts.join("/")}`;
  for (const rule of rules) {
    if (!fits(rule.path, asked)) continue;
    for (const name of rule.unset) found.delete(name);
    for (const [name, value] of rule.set) {
      const before = found.get(name);
      found.set(name, before === undefined ? value : `${before}, ${value}`);
    }
  }
  return found;
}

/** The pattern is matched in linear time, without a regular expression that a long path could slow down. */
function fits(pattern: string, asked: string): boolean {
  const wanted = `/${(segmentsOf(pattern) ?? []).join("/")}`;
  const star = wanted.indexOf("*");
  if (star < 0) return segmentsFit(wanted.split("/"), asked.split("/"));
  const [before, after] = [wanted.slice(0, star), wanted.slice(star + 1)];
  const lead = before.split("/");
  const stem = lead.pop() ?? "";
  const parts = asked.split("/");
  if (!segmentsFit(lead, parts.slice(0, lead.length))) return false;
  const rest = parts.slice(lead.length).join("/");
  return rest.length >= stem.length + after.length && rest.startsWith(stem) && rest.endsWith(after);
}

function segmentsFit(wanted: string[], parts: string[]): boolean {
  return (
    wanted.length === parts.length &&
    wanted.every((segment, at) => (segment.startsWith(":") ? parts[at] !== "" : segment === parts[at]))
  );
}
