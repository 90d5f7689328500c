import { readdirSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  logText,
  password,
  seedApplication,
  seedDeployment,
  seedVariable,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { publishedNames, publishedText } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { runNext } from "@/features/deployment/run/execute";
import { workFolder } from "@/features/site/folder";
import { siteUrl } from "@/features/site/url";
import { seedRepository } from "@/git/seed-repository";
import { env, setEnv } from "@/lib/env";
import { closeQueue } from "@/queue/queue";

testDatabase({
  SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
  SLIPWAY_BUILD_COMMANDS: "host",
});
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});

const idle = new AbortController().signal;
const page = (text: string) => ({ message: text, files: { "index.html": `<h1>${text}</h1>` } });

async function deploy(
  application: TestApplication,
  ref?: string,
  more?: Parameters<typeof seedDeployment>[2],
) {
  const deploymentId = await seedDeployment(application, ref, more);
  expect(await runNext(idle)).toBe(true);
  return deploymentRow(deploymentId);
}

const published = (application: TestApplication, file: string) => publishedText(application, file);

const statusOf = (row: { steps: unknown }) =>
  Object.fromEntries(
    (row.steps as { name: string; status: string }[]).map((step) => [step.name, step.status]),
  );

describe("a deployment", () => {
  it("publishes exactly the commit the branch points at", async () => {
    const application = await seedApplication(bench, { commits: [page("one"), page("two")] });
    const row = await deploy(application);
    expect(row).toMatchObject({
      status: "succeeded",
      reasonCode: null,
      released: true,
      leaseExpiresAt: null,
    });
    expect(row.commit).toMatchObject({
      sha: application.commits[1],
      subject: "two",
      author: "Robin Example",
    });
    expect(statusOf(row)).toEqual({
      resolve: "succeeded",
      checkout: "succeeded",
      build: "succeeded",
      release: "succeeded",
      report: "skipped",
    });
    expect(await published(application, "index.html")).toBe("<h1>two</h1>");
    expect(await logText(row.deploymentId)).not.toContain(password);
    const environment = await db().environment.findUnique({
      where: { environmentId: application.environmentId },
    });
    expect(environment?.currentDeploymentId).toBe(row.deploymentId);
    expect(readdirSync(workFolder())).toEqual([]);
  });

  it.each(["feature/a#1", "dependabot/npm_and_yarn/@types/node-1"])("takes the branch %s", async (branch) => {
    const application = await seedApplication(bench, {
      commits: [page("main"), { ...page("other"), branch, from: 0 }],
    });
    expect(await deploy(application, branch)).toMatchObject({ status: "succeeded" });
    expect(await published(application, "index.html")).toBe("<h1>other</h1>");
  });

  it("takes a tag and a full commit id", async () => {
    const seed = { commits: [page("one"), page("two")], tags: { "v1.0": { commit: 0, message: "first" } } };
    const application = await seedApplication(bench, seed);
    expect(await deploy(application, "v1.0")).toMatchObject({ status: "succeeded" });
    expect(await published(application, "index.html")).toBe("<h1>one</h1>");
    expect(await deploy(application, application.commits[1])).toMatchObject({ status: "succeeded" });
    expect(await published(application, "index.html")).toBe("<h1>two</h1>");
  });

  it("fails with a reason when the repository is empty", async () => {
    const row = await deploy(await seedApplication(bench, { commits: [] }));
    expect(row).toMatchObject({ status: "failed", reasonCode: "repository_empty" });
    expect(statusOf(row)).toMatchObject({ resolve: "failed", checkout: "skipped" });
  });

  it("fails with a reason when the branch is gone", async () => {
    const row = await deploy(await seedApplication(bench, { commits: [page("one")] }), "deleted");
    expect(row).toMatchObject({ status: "failed", reasonCode: "ref_gone" });
  });

  describe("of a repository with submodules", () => {
    /** The site, and below it on the same server a theme with fonts of its own; `link` names further ones. */
    async function siteWith(links: Record<string, string>) {
      const place = (name: string) => path.join(bench.root, "lib", `${name}.git`);
      const fonts = await seedRepository(place("fonts"), {
        commits: [{ message: "m", files: { "font.css": "font" } }],
      });
      const theme = await seedRepository(place("theme"), {
        commits: [{ message: "m", files: { "t.css": "theme", ...linked({ fonts: "../fonts.git" }, fonts) } }],
      });
      const files = { "index.html": "hello", ...linked(links, theme) };
      return seedApplication(bench, { commits: [{ message: "m", files }] });
    }

    const linked = (links: Record<string, string>, [sha = ""]: string[]) => ({
      ...Object.fromEntries(Object.keys(links).map((name) => [name, { submodule: sha }])),
      ".gitmodules": Object.entries(links)
        .map(([name, url]) => `[submodule "${name}"]\n\tpath = ${name}\n\turl = ${url}\n`)
        .join(""),
    });

    async function repositoriesOf({ applicationId }: TestApplication): Promise<string> {
      const found = await db().application.findUniqueOrThrow({ where: { applicationId } });
      return found.gitProviderId;
    }

    it("publishes those of the same server, nested ones too, read with the same password", async () => {
      const application = await siteWith({
        theme: "../../lib/theme.git",
        again: `${bench.url}/lib/theme.git`,
        gone: "../../lib/gone.git",
        alien: "https://elsewhere.example/a/b.git",
        local: "file:///etc",
        run: "ext::sh -c id",
      });
      const row = await deploy(application, "main", { repositoriesOf: await repositoriesOf(application) });
      expect(await publishedNames(application)).toEqual([
        "again/fonts/font.css",
        "again/t.css",
        "index.html",
        "theme/fonts/font.css",
        "theme/t.css",
      ]);
      expect(row).toMatchObject({ status: "succeeded" });
      expect(row.warnings).toEqual([
        expect.objectContaining({ params: { folders: "alien (elsewhere.example)", why: "elsewhere" } }),
        expect.objectContaining({
          params: { folders: "gone", why: "refused", said: expect.stringContaining("no repository at") },
        }),
        expect.objectContaining({ params: { folders: "local, run", why: "unnamed" } }),
      ]);
      const text = await logText(row.deploymentId);
      expect(text).toContain("Submodule theme/fonts:");
      expect(text).not.toContain(password);
    });

    it("leaves them out for an actor who may not choose other repositories of the provider", async () => {
      const application = await siteWith({ theme: "../../lib/theme.git" });
      const row = await deploy(application, "main", { repositoriesOf: "another-provider" });
      expect(row.warnings).toEqual([
        { code: "submodules_left_out", params: { folders: "theme", why: "actor" } },
      ]);
      expect(await publishedNames(application)).toEqual(["index.html"]);
    });

    it("leaves them out where a token was given for the repository alone", async () => {
      const application = await siteWith({ theme: "../../lib/theme.git" });
      const { applicationId } = application;
      const gitProviderId = await repositoriesOf(application);
      const data = { visibility: "application", applicationId };
      await db().gitProvider.update({ where: { gitProviderId }, data });
      const row = await deploy(application, "main", { repositoriesOf: gitProviderId });
      expect(row.warnings).toEqual([
        { code: "submodules_left_out", params: { folders: "theme", why: "dedicated" } },
      ]);
    });

    it("leaves them out, and opens no variables, for a commit of a fork", async () => {
      const application = await siteWith({ theme: "../../lib/theme.git" });
      const { applicationId } = application;
      await seedVariable(application, "TOKEN", "s3cret-of-the-owner");
      const buildCommand = "mkdir out && env > out/index.html";
      const data = { buildCommand, outputDirectory: "out" };
      await db().application.update({ where: { applicationId }, data });
      const more = { withSecrets: false, repositoriesOf: await repositoriesOf(application) };
      const row = await deploy(application, "main", more);
      expect(row).toMatchObject({ status: "succeeded" });
      expect(row.warnings).toContainEqual({
        code: "submodules_left_out",
        params: { folders: "theme", why: "fork" },
      });
      const environment = await published(application, "index.html");
      expect(environment).toContain("SLIPWAY_ENVIRONMENT=production");
      expect(environment).not.toMatch(/TOKEN|s3cret-of-the-owner/);
    });
  });

  it("mentions submodules in the log, and leaves out dotfiles and links that lead outside", async () => {
    const files = {
      "index.html": "hello",
      ".env": "KEY=1",
      ".well-known/security.txt": "mail us",
      "a/.htpasswd": "x",
      vendor: { submodule: "a".repeat(40) },
      passwd: { link: "/etc/passwd" },
    };
    const application = await seedApplication(bench, { commits: [{ message: "m", files }] });
    const row = await deploy(application);
    expect(row.status).toBe("succeeded");
    expect(await publishedNames(application)).toEqual([".well-known/security.txt", "index.html"]);
    const params = { folders: "vendor", why: "unnamed" };
    expect(row.warnings).toEqual([{ code: "submodules_left_out", params }]);
    const text = await logText(row.deploymentId);
    expect(text).toContain("These submodules were left out, so their folders are empty: vendor.");
    expect(text).toContain("Left out, as they lead out of the repository: passwd.");
  });

  it("copies the target of a link inside the repository", async () => {
    const files = {
      "site/index.html": "hello",
      "shared/logo.svg": "<svg/>",
      "site/img": { link: "../shared" },
    };
    const application = await seedApplication(
      bench,
      { commits: [{ message: "m", files }] },
      { outputDirectory: "site" },
    );
    expect(await deploy(application)).toMatchObject({ status: "succeeded" });
    expect(await published(application, "img/logo.svg")).toBe("<svg/>");
  });

  it.each([
    ["missing", { outputDirectory: "nope" }, "output_missing"],
    ["a file", { outputDirectory: "index.html" }, "output_not_folder"],
    ["of a build path that is missing", { buildPath: "web" }, "build_path_missing"],
  ])("fails with a reason when the folder to publish is %s", async (_, settings, reasonCode) => {
    const files = { "index.html": "hello" };
    const application = await seedApplication(bench, { commits: [{ message: "m", files }] }, settings);
    expect(await deploy(application)).toMatchObject({ status: "failed", reasonCode });
  });
});

describe("a build command", () => {
  const files = { "index.html": "hello" };

  it("sees its own variables and none of Slipway's", async () => {
    const application = await seedApplication(
      bench,
      { commits: [{ message: "m", files }] },
      {
        buildCommand:
          "mkdir dist && cp index.html dist && env | sort > dist/env.txt && echo key is $API_KEY && echo oops >&2",
      },
    );
    await seedVariable(application, "API_KEY", "s3cr3t-value-1234");
    const row = await deploy(application);
    expect(row.status).toBe("succeeded");
    const env = await published(application, "env.txt");
    expect(env).toContain("API_KEY=s3cr3t-value-1234");
    expect(env).toContain("CI=true");
    expect(env).toContain(`SLIPWAY_COMMIT_SHA=${application.commits[0]}`);
    expect(env).toContain("SLIPWAY_BRANCH=main\n");
    expect(env).toContain("SLIPWAY_ENVIRONMENT=production\n");
    expect(env).toContain(`SLIPWAY_DEPLOYMENT_URL=${siteUrl(application.site)}\n`);
    expect(env?.replace(/SLIPWAY_(COMMIT_SHA|BRANCH|ENVIRONMENT|DEPLOYMENT_URL)=/g, "")).not.toMatch(
      /SLIPWAY|DATABASE|NEXTAUTH|NODE_/,
    );
    expect(await logText(row.deploymentId)).toContain("build out key is ***");
    expect(await logText(row.deploymentId)).toContain("build err oops");
    expect(await logText(row.deploymentId)).not.toContain("s3cr3t");
  });

  it.each([
    ["fails", "echo broken; exit 3", { reasonCode: "build_failed", reasonParams: { exitCode: 3 } }],
    [
      "leaves nothing to publish",
      "mkdir lib && echo x > lib/index.html",
      { reasonCode: "output_unclear", reasonParams: { found: "", count: 0 } },
    ],
    ["makes a link out of the repository", "ln -s /etc out", { reasonCode: "output_escapes" }, "out"],
    [
      "makes a usual folder a link to the work folder",
      "ln -s . public",
      { reasonCode: "output_work_folder" },
    ],
    [
      "makes the named folder a link to the work folder",
      "ln -s . out",
      { reasonCode: "output_work_folder" },
      "out",
    ],
    [
      "makes a folder a link to one above the work folder",
      "ln -s .. out",
      { reasonCode: "output_work_folder", reasonParams: { path: "web/out" } },
      "out",
      "web",
    ],
  ])(
    "that %s fails the deployment with that reason",
    async (_, buildCommand, expected, outputDirectory?: string, buildPath?: string) => {
      const seed = { commits: [{ message: "m", files: { ...files, "web/index.html": "web" } }] };
      const settings = {
        buildCommand,
        ...(outputDirectory && { outputDirectory }),
        ...(buildPath && { buildPath }),
      };
      const application = await seedApplication(bench, seed, settings);
      expect(await deploy(application)).toMatchObject({ status: "failed", ...expected });
    },
  );

  it("publishes the one new folder with an index page, and not a template that was there before", async () => {
    const seed = { commits: [{ message: "m", files: { "public/index.html": "template", "src/a.ts": "a" } }] };
    const buildCommand =
      "mkdir -p dist/shop/browser node_modules/x && echo made > dist/shop/browser/index.html";
    const application = await seedApplication(bench, seed, { buildCommand });
    expect(await deploy(application)).toMatchObject({ status: "succeeded", warnings: [] });
    expect(await publishedNames(application)).toEqual(["index.html"]);
    expect(await published(application, "index.html")).toBe("made\n");
  });

  it("fails and names the folders when it made several with an index page", async () => {
    const buildCommand =
      "for d in dist .output/public docs/.vitepress/dist; do mkdir -p $d; date > $d/index.html; done";
    const application = await seedApplication(bench, { commits: [page("root")] }, { buildCommand });
    expect(await deploy(application)).toMatchObject({
      status: "failed",
      reasonCode: "output_unclear",
      reasonParams: { found: "dist, .output/public, docs/.vitepress/dist", count: 3 },
    });
  });

  it("that takes too long is stopped with all its processes", async () => {
    const before = env();
    setEnv({ ...before, buildTimeout: 1 });
    const buildCommand = "sleep 60 & sleep 60";
    const application = await seedApplication(
      bench,
      { commits: [{ message: "m", files }] },
      { buildCommand },
    );
    const row = await deploy(application);
    setEnv(before);
    expect(row).toMatchObject({
      status: "failed",
      reasonCode: "build_timeout",
      reasonParams: { seconds: 1 },
    });
  });

  it("that floods the log still publishes, with the log cut", async () => {
    const buildCommand =
      "yes $(head -c 9000 /dev/zero | tr '\\0' x) | head -n 700; mkdir dist; cp index.html dist";
    const application = await seedApplication(
      bench,
      { commits: [{ message: "m", files }] },
      { buildCommand },
    );
    const row = await deploy(application);
    expect(row.status).toBe("succeeded");
    const text = await logText(row.deploymentId);
    expect(text.includes("The output is longer than is kept here.")).toBe(true);
    expect(text.length).toBeLessThan(6_000_000);
  });
});

describe("kept releases", () => {
  it("are served again by a rollback, without a fetch", async () => {
    const application = await seedApplication(bench, { commits: [page("one"), page("two")] });
    const first = await deploy(application, application.commits[0]);
    await deploy(application);
    const target = first.deploymentId;
    const row = await seedRollback(application, target);
    expect(row).toMatchObject({ status: "succeeded" });
    expect(statusOf(row)).toMatchObject({ checkout: "skipped", build: "skipped", release: "succeeded" });
    expect(await published(application, "index.html")).toBe("<h1>one</h1>");
  });
});

async function seedRollback(application: TestApplication, rollbackOfId: string) {
  const { commit } = await deploymentRow(rollbackOfId);
  const deploymentId = await seedDeployment(application, "main", { rollbackOfId });
  await db().deployment.update({ where: { deploymentId }, data: { commit: commit ?? {} } });
  await runNext(idle);
  return deploymentRow(deploymentId);
}
