import type { Guard } from "../guard";

const concurrency = "src/features/deployment/run/concurrency.slow.test.ts";
const pipeline = "src/features/deployment/run/pipeline.slow.test.ts";
const matching = "src/features/git-provider/repository/match-url.test.ts";
const repository = "src/features/application/repository.test.ts";
const application = "src/features/application/application.test.ts";

/** What decides which code is deployed, and what of it is published. */
export const siteGuards: readonly Guard[] = [
  {
    name: "a dedicated token is for its repository",
    file: "src/features/application/update.ts",
    text: "await assertForRepository(before, gitProviderId, repository);",
    without: "",
    proofs: [
      {
        file: repository,
        test: "is not used for another repository",
      },
    ],
  },
  {
    name: "a repository that took another one's name",
    file: "src/features/git-provider/repository/check-access.ts",
    text: "if (!id || !found.id || found.id === id) return;",
    without: "if (true) return;",
    proofs: [
      { file: repository, test: "fails the deployment with repository_replaced, and publishes nothing" },
      { file: repository, test: "is refused when only the provider or the token is replaced" },
      {
        file: "src/features/git-provider/reassign.test.ts",
        test: "leaves an application whose repository was made again under its name",
      },
    ],
  },
  {
    name: "a part of a clone address is no repository",
    file: "src/features/git-provider/repository/match-url.ts",
    text: `if (url.protocol !== "ssh:" && (isPlace || !/\\.git$/i.test(last))) return true;`,
    without: `if (url.protocol !== "ssh:") return true;`,
    proofs: [{ file: matching, test: "takes no part of a clone address for the repository: %s" }],
  },
  {
    name: "the home of another account is another repository",
    file: "src/providers/git/parse-url.ts",
    text: `if (Number(port || 22) !== root.port || (username !== "" && username !== root.user)) return null;`,
    without: "if (Number(port || 22) !== root.port) return null;",
    proofs: [{ file: matching, test: "at %s does not cover %s" }],
  },
  {
    name: "a freed address stays with its organization",
    file: "src/features/application/slug.ts",
    text: "if (freed.organizationId !== organizationId) {",
    without: "if (false) {",
    proofs: [
      { file: application, test: "stays reserved for its organization for 30 days, however it was freed" },
    ],
  },
  {
    name: "the work folder is never published",
    file: "src/features/deployment/run/output.ts",
    text: "if (only !== undefined && found.length === 1) return only;",
    without: `if (found.length !== 1) return "";
  if (only !== undefined) return only;`,
    proofs: [
      { file: pipeline, test: "fails and names the folders when it made several with an index page" },
      { file: pipeline, test: "that %s fails the deployment with that reason" },
    ],
  },
  {
    name: "no link makes the work folder the published one",
    file: "src/features/deployment/run/output.ts",
    text: "if (buildCommand && isInside(folder, base)) {",
    without: "if (false) {",
    proofs: [{ file: pipeline, test: "that %s fails the deployment with that reason" }],
  },
  {
    name: "nothing is published that only those who sign in may see",
    file: "src/features/site/write-release.ts",
    text: `if (redirects.signIn) throw signInUnsupported("_redirects", redirects.signIn);`,
    without: "",
    proofs: [
      {
        file: "src/features/site/write-release.test.ts",
        test: "refuse to publish when %s asks visitors to sign in: %j",
      },
    ],
  },
  {
    name: "a process that lost its deployment publishes nothing",
    file: "src/features/deployment/run/release.ts",
    text: `WHERE "deploymentId" = \${deploymentId} AND "fence" = \${fence} AND "status" = 'running'`,
    without: `WHERE "deploymentId" = \${deploymentId}`,
    proofs: [{ file: concurrency, test: "can no longer change or publish anything" }],
  },
  {
    name: "a file that the disk cut short is not served",
    file: "src/features/site/send-file.ts",
    text: "if ((await handle.stat()).size === size) return handle;",
    without: "if (size >= 0) return handle;",
    proofs: [
      {
        file: "src/server/site-server.test.ts",
        test: "is answered with an error instead of a part of a file",
      },
    ],
  },
  {
    name: "a redirect of a site stays on the site",
    file: "src/features/site/redirects.ts",
    text: String.raw`return pathname.replace(/^\/{2,}/, "/") + (search || query) + hash;`,
    without: "return pathname + (search || query) + hash;",
    proofs: [{ file: "src/features/site/redirects.test.ts", test: "%j never leads %s to another host" }],
  },
  {
    name: "the sites' space is apart from the app's",
    file: "src/lib/env.ts",
    text: "  assertApart(complete, parsed.data);\n",
    without: "",
    proofs: [
      {
        file: "src/lib/env.test.ts",
        test: "refuse an app address at which sites would be served, naming %s",
      },
    ],
  },
];
