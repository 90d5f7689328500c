/** Serves real repositories over smart HTTP, for simulated hosts: the demo, the conformance tests, the browser tests. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import path from "node:path";
import type { Readable } from "node:stream";
import { gitEnvironment } from "@/git/environment";

export interface GitRequest {
  /** `owner/name`, without `.git`. */
  repository: string;
  write: boolean;
  username: string | null;
  /** Of Basic authorization; null when there is none. */
  password: string | null;
  /** Bearer or any other scheme, as sent. */
  authorization: string | null;
}

/** `deny` asks for a credential (401), `forbid` refuses a known one (403), `missing` knows no such repository (404). */
export type GitVerdict = "allow" | "deny" | "forbid" | "missing";

export interface GitHttpOptions {
  /** Folder with `owner/name.git` bare repositories. */
  root: string;
  authorize?: (request: GitRequest) => GitVerdict | Promise<GitVerdict>;
  /** Path before `/owner/name.git`, such as `/gitlab`. */
  prefix?: string;
  /** Speak protocol 0 and hand out branches and tags only, as old hosts do. */
  legacy?: boolean;
}

const route = /^\/(.+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;
const statuses: Record<Exclude<GitVerdict, "allow">, number> = { deny: 401, forbid: 403, missing: 404 };

/** Whether a request is git's and not the host's own API, so that one server can answer both. */
export function isGitPath(pathname: string, prefix = ""): boolean {
  return pathname.startsWith(prefix) && route.test(pathname.slice(prefix.length));
}

/** A handler for node's HTTP server around the real `git http-backend`. */
export function gitHttpBackend(options: GitHttpOptions): RequestListener {
  return (req, res) => {
    handle(req, res, options).catch((error: unknown) =>
      res.destroy(error instanceof Error ? error : undefined),
    );
  };
}

async function handle(req: IncomingMessage, res: ServerResponse, options: GitHttpOptions): Promise<void> {
  const url = new URL(req.url ?? "/", "http://host");
  const inside = decodeURIComponent(url.pathname.slice(options.prefix?.length ?? 0));
  const [, repository = "", action = ""] = inside.match(route) ?? [];
  const folder = path.join(options.root, `${repository}.git`);
  const unknown = action === "" || inside.split("/").includes("..") || !existsSync(path.join(folder, "HEAD"));
  const write = action === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  const verdict = (await options.authorize?.({ repository, write, ...credentials(req) })) ?? "allow";
  if (verdict !== "allow") return refuse(res, statuses[verdict]);
  if (unknown) return refuse(res, 404);
  const paths = {
    PATH_TRANSLATED: `${folder}/${action}`,
    PATH_INFO: inside,
    QUERY_STRING: url.search.slice(1),
  };
  run(req, res, {
    ...serverEnvironment(options.legacy ?? false),
    ...variables(req, options.legacy ?? false),
    ...paths,
  });
}

function refuse(res: ServerResponse, status: number): void {
  if (status === 401) res.setHeader("www-authenticate", 'Basic realm="git"');
  res.writeHead(status, { "content-type": "text/plain" }).end("");
}

function credentials(req: IncomingMessage) {
  const authorization = req.headers.authorization ?? null;
  const encoded = authorization?.match(/^Basic (.+)$/i)?.[1];
  if (!encoded) return { username: null, password: null, authorization };
  const [username = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { username, password: rest.join(":"), authorization };
}

function run(req: IncomingMessage, res: ServerResponse, env: Record<string, string>): void {
  const child = spawn("git", ["http-backend"], { env: env as NodeJS.ProcessEnv });
  child.on("error", () => res.destroy());
  child.stdin.on("error", () => child.stdin.destroy());
  child.stderr.resume();
  res.on("close", () => child.kill("SIGKILL"));
  req.pipe(child.stdin);
  answer(child.stdout, res);
}

function serverEnvironment(legacy: boolean): Record<string, string> {
  return gitEnvironment({
    config: [
      ["safe.directory", "*"],
      ["safe.bareRepository", "all"],
      ["http.receivepack", "true"],
      ["uploadpack.allowAnySHA1InWant", String(!legacy)],
      ["uploadpack.allowFilter", "true"],
    ],
  });
}

/** The variables of RFC 3875 that git http-backend reads. */
function variables(req: IncomingMessage, legacy: boolean): Record<string, string> {
  const given = {
    REQUEST_METHOD: req.method,
    CONTENT_TYPE: req.headers["content-type"],
    CONTENT_LENGTH: req.headers["content-length"],
    HTTP_CONTENT_ENCODING: req.headers["content-encoding"],
    HTTP_GIT_PROTOCOL: legacy ? undefined : req.headers["git-protocol"]?.toString(),
    REMOTE_ADDR: "127.0.0.1",
    REMOTE_USER: "git",
    GIT_HTTP_EXPORT_ALL: "1",
  };
  return Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** Turn CGI output, headers first, into the answer. */
function answer(output: Readable, res: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    output.off("data", onData);
    output.off("end", onEnd);
    writeHead(res, head.subarray(0, end).toString("latin1"));
    res.write(head.subarray(end + 4));
    output.pipe(res);
  };
  const onEnd = () => res.writeHead(500).end();
  output.on("data", onData);
  output.on("end", onEnd);
}

function writeHead(res: ServerResponse, head: string): void {
  for (const line of head.split("\r\n")) {
    const at = line.indexOf(":");
    const [name, value] = [line.slice(0, at), line.slice(at + 1).trim()];
    if (name.toLowerCase() === "status") res.statusCode = Number.parseInt(value, 10);
    else res.setHeader(name, value);
  }
}
