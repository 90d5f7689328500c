import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root, sources } from "@test/architecture/source";
import { describe, expect, it } from "vitest";

const all = sources();
const files = all.filter((file) => !/\.test\.tsx?$/.test(file.path));

function offenders(pattern: RegExp, allowed: (path: string) => boolean): string[] {
  return files.filter((file) => pattern.test(file.text) && !allowed(file.path)).map((file) => file.path);
}

const under = (...folders: string[]) => {
  return (file: string) => folders.some((folder) => file === folder || file.startsWith(folder));
};

/** Whether a path looks like a test helper; those belong in test/. */
const isTestKit = (file: string) => /\/tests?[-/]/.test(file);

/** By its alias or by its path from anywhere below src. */
const isTestImport = (name: string) => /^(@test\/|(\.\.\/)+test\/)/.test(name);

const globalCast = /\bglobalThis\s+as\b/;

describe("the architecture rules", () => {
  it("only the settings module reads the environment", () => {
    expect(offenders(/\bprocess\.env\b/, under("src/lib/env.ts"))).toEqual([]);
  });

  it("only the outbound client speaks HTTP to others", () => {
    const server = /\bfrom "(undici|node:https|node:http2|axios|node-fetch)"/;
    expect(offenders(server, under("src/lib/outbound"))).toEqual([]);
  });

  it("only the git module, the database and the build step start processes", () => {
    const allowed = under("src/git/", "src/db/", "src/features/deployment/run/");
    expect(offenders(/node:child_process/, allowed)).toEqual([]);
  });

  it("no process is started through a shell", () => {
    expect(
      offenders(/\bshell:\s*true|\bexecSync\b|\bexec\(/, under("src/db/generated")).filter((file) =>
        /child_process/.test(readFileSync(path.join(root, file), "utf8")),
      ),
    ).toEqual([]);
  });

  it("no raw SQL is assembled from text", () => {
    expect(offenders(/\$(queryRawUnsafe|executeRawUnsafe)\b/, () => false)).toEqual([]);
  });

  it("every database connection is opened with the session settings of Slipway", () => {
    const opened = /new (Client|Pool|PgBoss)\((?!(session|connection)\(|\{\s*\.\.\.(session|connection)\()/;
    expect(offenders(opened, under("src/db/generated"))).toEqual([]);
    expect(files.filter(({ text }) => /new (Client|Pool|PgBoss)\(/.test(text)).length).toBeGreaterThan(5);
  });

  it("every transaction is opened by the database client, which adds the audit record", () => {
    expect(offenders(/\$transaction\b/, under("src/db/client.ts", "src/db/generated"))).toEqual([]);
  });

  it("only one file writes the status of a deployment, so that each change leaves its event", () => {
    const state = under("src/features/deployment/state.ts", "src/db/generated/");
    const prisma = /\bdeployment\s*\.(create|update|upsert)\w*\(/;
    const sql = /(\bSET|,|`)\s*"status"\s*=|INSERT INTO "deployment" /;
    expect(offenders(prisma, state)).toEqual([]);
    const ofDeployments = files.filter(({ text }) => /"deployment"|features\/deployment/.test(text));
    const wrong = ofDeployments.filter(({ path, text }) => sql.test(text) && !state(path));
    expect(wrong.map(({ path }) => path)).toEqual([]);
    const written = [
      'UPDATE "deployment" SET "status" = $1',
      "change(tx, lease, Prisma.sql`\"status\" = 'queued'`)",
      'SET "steps" = $1, "status" = $2',
    ];
    expect(written.map((text) => sql.test(text))).toEqual([true, true, true]);
    expect(sql.test('WHERE d."status" = $1 AND "status" = $2')).toBe(false);
    expect(prisma.test("tx.deployment.updateMany({ data })")).toBe(true);
  });

  it("no code outside a provider folder compares with the name of a provider", () => {
    const names = readdirSync(path.join(root, "src/providers"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["kit", "simulator", "connection"].includes(entry.name))
      .map((entry) => entry.name);
    const compared = new RegExp(`[=!]==? ["'](${names.join("|")})["']|case ["'](${names.join("|")})["']`);
    expect(offenders(compared, under(...names.map((name) => `src/providers/${name}/`)))).toEqual([]);
  });

  it("contract files import nothing that cannot run in the browser", () => {
    const allowed =
      /^(zod|@\/lib\/shape|@\/git\/(nouns|ref-name|pattern-list)|@\/access\/policy|@\/providers\/connection\/report|@\/features\/[\w-]+\/((\w+-)?contract|values|status|trigger))$/;
    const wrong = files
      .filter((file) => /[/-]contract\.ts$/.test(file.path))
      .flatMap((file) =>
        file.imports.filter((name) => !allowed.test(name)).map((name) => `${file.path} -> ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("providers import nothing of the database or of a higher layer", () => {
    const allowed = /^(zod|node:crypto|@\/lib\/|@\/git\/|@\/providers\/)/;
    // The grammar of OAuth, which sends nothing by itself: requests go through the session.
    const isOauth = (path: string, name: string) =>
      name === "oauth4webapi" && path.startsWith("src/providers/kit/oauth2");
    const wrong = files
      .filter((file) => /^src\/providers\/(?!simulator)/.test(file.path) && !file.path.includes("/fake/"))
      .flatMap((file) =>
        file.imports
          .filter((name) => !allowed.test(name) && !isOauth(file.path, name))
          .map((name) => `${file.path} -> ${name}`),
      );
    expect(wrong).toEqual([]);
  });

  it("no file or folder of src is named as a test kit", () => {
    expect(all.map(({ path }) => path).filter(isTestKit)).toEqual([]);
    const names = ["src/lib/test-host.ts", "src/test/kit.ts", "src/lib/latest-run.ts", "src/ui/tester.ts"];
    expect(names.map(isTestKit)).toEqual([true, true, false, false]);
  });

  it("nothing of src but its tests imports from test/", () => {
    const wrong = files.filter(({ imports }) => imports.some(isTestImport)).map(({ path }) => path);
    expect(wrong).toEqual([]);
    const names = ["@test/kit/call", "../../test/kit/call", "@/lib/test", "./test-case"];
    expect(names.map(isTestImport)).toEqual([true, true, false, false]);
  });

  it("only one module keeps values on the global object", () => {
    expect(offenders(globalCast, () => false)).toEqual(["src/lib/process-global.ts"]);
    expect(globalCast.test("const at = globalThis as { log?: Log }")).toBe(true);
  });

  it("no file says that it is unfinished", () => {
    const word = new RegExp(["TO", "DO|FIX", "ME|@ts-", "ignore"].join(""));
    expect(offenders(word, () => false)).toEqual([]);
  });

  it("no file has more than 300 lines", () => {
    const long = files.filter((file) => file.text.split("\n").length > 300).map((file) => file.path);
    expect(long).toEqual([]);
  });
});
