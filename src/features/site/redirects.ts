/** The file `_redirects` of a site, read as Netlify reads it: the first rule that fits decides, and files come first. */
import { type SiteWarning, someOf } from "@/features/site/warning";

export interface RedirectRule {
  /** The segments of the path that fits: text as it is, `:name` for any one segment; `splat` for all that follow. */
  from: string[];
  splat: boolean;
  /** Parameters the query must have: text, or `:name` for any value. */
  query: [name: string, value: string][];
  to: string;
  status: number;
  /** Also where there is a file at the address. */
  force: boolean;
}

/** As Cloudflare Pages has them. */
const limits = { static: 2_000, dynamic: 100, line: 1_000 };
const statuses = [200, 301, 302, 303, 307, 308, 404, 410];

type Parsed = { rule: RedirectRule; differs: string | null } | { ignored: string };

/**
 * Read the rules. Unsupported lines are ignored, and reported together with those that other hosts read differently.
 * @param isFile whether the site has a file at this address
 */
export function parseRedirects(
  text: string,
  isFile: (path: string) => boolean = () => false,
): {
  rules: RedirectRule[];
  warnings: SiteWarning[];
  /** What asks that visitors sign in, which is not supported: what it protects must not be published. */
  signIn: string | null;
} {
  let signIn: string | null = null;
  const rules: RedirectRule[] = [];
  const notes = new Notes("redirect_rule");
  const left = { static: limits.static, dynamic: limits.dynamic };
  for (const [at, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    const tokens = tokensOf(line);
    if (tokens.length === 0) continue;
    signIn ??= signInCondition(tokens);
    const parsed = parseRule(line, tokens);
    if ("ignored" in parsed) {
      notes.ignored(at + 1, parsed.ignored);
      continue;
    }
    const { rule } = parsed;
    const kind = isDynamic(rule) ? "dynamic" : "static";
    if (left[kind]-- <= 0) {
      notes.ignored(at + 1, "limit");
      continue;
    }
    rules.push(rule);
    const shadowed = !rule.force && kind === "static" && isFile(`/${rule.from.join("/")}`);
    if (parsed.differs) notes.differs(at + 1, parsed.differs);
    else if (shadowed) notes.differs(at + 1, "file_wins");
  }
  return { rules, warnings: notes.all(), signIn };
}

/**
 * A role that visitors must have, or the status of a refusal. Also of a rule that is left out for another reason: the
 * files that it protects would be public all the same.
 */
function signInCondition([, ...rest]: string[]): string | null {
  const at = rest.findIndex((token) => isTarget(token) || /^\d{3}!?$/.test(token));
  const ending = at < 0 ? [] : rest.slice(at);
  return ending.find((token) => /^(role=.*|40[13]!?)$/i.test(token))?.slice(0, 100) ?? null;
}

function isTarget(token: string): boolean {
  return token.startsWith("/") || /^https?:\/\//i.test(token);
}

function tokensOf(line: string): string[] {
  const tokens = line.trim().split(/\s+/).filter(Boolean);
  const comment = tokens.findIndex((token) => token.startsWith("#"));
  return comment < 0 ? tokens : tokens.slice(0, comment);
}

function parseRule(line: string, tokens: string[]): Parsed {
  const [source = "", ...rest] = tokens;
  if (line.length > limits.line) return { ignored: "limit" };
  if (/^https?:\/\//i.test(source)) return { ignored: "domain" };
  if (!source.startsWith("/")) return { ignored: "syntax" };
  const at = rest.findIndex(isTarget);
  const to = rest[at];
  const params = rest.slice(0, Math.max(at, 0));
  if (to === undefined || !params.every((param) => /^[^=]+=.+$/.test(param))) return { ignored: "syntax" };
  const [statusText = "301", ...conditions] = rest.slice(at + 1);
  if (conditions.length > 0 || /=/.test(statusText)) return { ignored: "condition" };
  const status = Number(/^(\d{3})!?$/.exec(statusText)?.[1]);
  if (!statuses.includes(status)) return { ignored: "status" };
  const from = readSource(source);
  if (from === null) return { ignored: "splat" };
  const problem = targetProblem(to, status);
  if (problem) return { ignored: problem };
  const query = params.map((param): [string, string] => {
    const cut = param.indexOf("=");
    return [param.slice(0, cut), param.slice(cut + 1)];
  });
  const rule = { ...from, query, to, status, force: statusText.endsWith("!") };
  return { rule, differs: difference(rule) };
}

/** Null for a star anywhere but at the end, which hosts read in different ways. */
function readSource(source: string): Pick<RedirectRule, "from" | "splat"> | null {
  const parts = segmentsOf(source.split(/[?#]/)[0] ?? "");
  if (parts === null) return null;
  const splat = parts.at(-1) === "*";
  const from = splat ? parts.slice(0, -1) : parts;
  return from.some((part) => part.includes("*")) ? null : { from, splat };
}

function targetProblem(to: string, status: number): string | null {
  if (to.startsWith("/")) return null;
  if (status < 300 || status >= 400) return "proxy";
  // A placeholder in the host name would let visitors redirect to any host.
  return /^https?:\/\/[^/?#]*(:splat|\/?:[a-z_])/i.test(to) || !URL.canParse(to) ? "syntax" : null;
}

function difference({ force, query, status }: RedirectRule): string | null {
  if (force) return "force";
  if (query.length > 0) return "query";
  return status === 404 || status === 410 ? "error_status" : null;
}

function isDynamic({ splat, from }: RedirectRule): boolean {
  return splat || from.some((part) => part.startsWith(":"));
}

/** The names between the slashes, decoded; null where they cannot be. */
export function segmentsOf(pathname: string): string[] | null {
  try {
    return pathname
      .split("/")
      .filter((part) => part !== "")
      .map((part) => decodeURIComponent(part));
  } catch {
    return null; // a percent sign that begins no escape
  }
}

/** What a rule makes of an address; null when it does not fit. */
export function applyRedirect(rule: RedirectRule, pathname: string, query: string): string | null {
  const parts = segmentsOf(pathname);
  const captured = parts && capture(rule, parts, new URLSearchParams(query));
  if (!captured) return null;
  const target = rule.to.replace(/:([a-zA-Z_]\w*)/g, (text, name: string) => captured.get(name) ?? text);
  return rule.to.startsWith("/") ? localTarget(target, query) : absoluteTarget(target, query);
}

function capture(rule: RedirectRule, parts: string[], query: URLSearchParams): Map<string, string> | null {
  const { from, splat } = rule;
  if (splat ? parts.length < from.length : parts.length !== from.length) return null;
  const captured = new Map<string, string>();
  for (const [at, wanted] of from.entries()) {
    const part = parts[at] ?? "";
    if (wanted.startsWith(":")) captured.set(wanted.slice(1), encodeURIComponent(part));
    else if (wanted !== part) return null;
  }
  for (const [name, wanted] of rule.query) {
    const value = query.get(name);
    if (value === null) return null;
    if (wanted.startsWith(":")) captured.set(wanted.slice(1), encodeURIComponent(value));
    else if (wanted !== value) return null;
  }
  if (splat) captured.set("splat", parts.slice(from.length).map(encodeURIComponent).join("/"));
  return captured;
}

const here = "http://site.invalid";

/** An address on this site. The parser reads a backslash as a slash, and two of them would begin a host name. */
function localTarget(target: string, query: string): string {
  const { pathname, search, hash } = new URL(here + target);
  return pathname.replace(/^\/{2,}/, "/") + (search || query) + hash;
}

function absoluteTarget(target: string, query: string): string | null {
  const parsed = parse(target);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return null;
  parsed.search ||= query;
  return parsed.href;
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** The warnings of one file of rules: one for each kind of problem, with the lines. */
export class Notes {
  readonly #code: string;
  readonly #lines = new Map<string, number[]>();

  constructor(code: "redirect_rule" | "header_rule") {
    this.#code = code;
  }

  ignored(line: number, why: string): void {
    this.#add("ignored", why, line);
  }

  differs(line: number, why: string): void {
    this.#add("differs", why, line);
  }

  #add(kind: string, why: string, line: number): void {
    const key = `${kind} ${why}`;
    this.#lines.set(key, [...(this.#lines.get(key) ?? []), line]);
  }

  all(): SiteWarning[] {
    return [...this.#lines].map(([key, lines]) => {
      const [kind = "", why = ""] = key.split(" ");
      return { code: `${this.#code}_${kind}`, params: { why, lines: someOf(lines.map(String)) } };
    });
  }
}
