import { WORKSPACE_TOKEN, withWorkspaceToken } from "@test/kit/bitbucket-session";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, said } from "@test/kit/provider-api";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { type Application, CreateApplication } from "@/features/application/contract";
import { create } from "@/features/application/create";
import { dedicatedCredential } from "@/features/application/dedicated-credential";
import { remove } from "@/features/application/remove";
import { update } from "@/features/application/update";
import { setPorts } from "@/features/git-provider/client/pipeline";
import type {
  GitProvider,
  GitProviderDetail,
  RefPage,
  RepositoryPage,
} from "@/features/git-provider/contract";
import { Fault } from "@/lib/fault";
import { simulate as azureDevops } from "@/providers/azureDevops/fake";
import { simulate as bitbucket } from "@/providers/bitbucket/fake";
import { simulate as gitea } from "@/providers/gitea/fake";
import { simulate as github } from "@/providers/github/fake";
import { simulate as gitlab } from "@/providers/gitlab/fake";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";

testDatabase();

let owner: TestMember;

/** The clouds serve their API under another host name, the simulated hosts below their address. */
function below(host: Simulated, address: string): Simulated {
  return {
    ...host,
    respond: (request) => host.respond(new Request(address + new URL(request.url).pathname, request)),
  };
}

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  const at = (baseUrl: string) => ({ world: seedWorld(), baseUrl });
  const bitbucketCloud = bitbucket({ world: withWorkspaceToken(null), baseUrl: "https://bitbucket.org" });
  const codeberg = gitea(at("https://codeberg.org"));
  reachHosts({
    "github.com": github(at("https://github.com")),
    "api.github.com": below(github(at("https://github.com")), "https://github.com/api/v3"),
    "gitlab.com": gitlab(at("https://gitlab.com")),
    "codeberg.org": codeberg,
    "bitbucket.org": bitbucketCloud,
    "api.bitbucket.org": below(bitbucketCloud, "https://bitbucket.org/!api"),
    "dev.azure.com": azureDevops(at("https://dev.azure.com/corp")),
    "git.example.com": gitea(at("https://git.example.com/sub")),
  });
});

const make = (repository: string, fields: object = {}) =>
  create(
    owner.caller,
    CreateApplication.parse({ name: "Own", repository, accessToken: BOT_TOKEN, ...fields }),
  );
const providerOf = ({ gitProviderId }: Application) =>
  call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });

describe("creating a dedicated credential", () => {
  it.each([
    ["https://github.com/acme/site", "github", "token"],
    ["git@github.com:acme/site.git", "github", "token"],
    ["https://gitlab.com/acme/site/-/tree/main", "gitlab", "token"],
    ["https://codeberg.org/acme/site", "gitea", "token"],
  ])("for %s makes a provider of the type %s", async (repository, providerType, authMethod) => {
    const made = await make(repository);
    expect(made).toMatchObject({ providerType, repository: { fullName: "acme/site", private: true } });
    const provider = await providerOf(made);
    expect(provider).toMatchObject({ authMethod, visibility: "application", isDefault: false });
    expect(said.filter((text) => text.includes(BOT_TOKEN))).toEqual([]);
  });

  it("for Bitbucket is an API token when an e-mail address is given, else a workspace access token", async () => {
    const url = "https://bitbucket.org/acme/site";
    const email = await make(url, { username: "acme-bot@example.com" });
    expect(await providerOf(email)).toMatchObject({
      authMethod: "apiToken",
      bitbucket: { bitbucketEmail: "acme-bot@example.com" },
    });
    const alone = await make(url, { name: "Alone", accessToken: WORKSPACE_TOKEN });
    expect(await providerOf(alone)).toMatchObject({
      authMethod: "accessToken",
      bitbucket: { bitbucketWorkspaceName: "acme" },
    });
  });

  it("for Azure DevOps takes the organization from the repository URL", async () => {
    const made = await make("https://dev.azure.com/corp/acme/_git/site");
    expect(await providerOf(made)).toMatchObject({
      providerType: "azureDevops",
      azureDevops: { organizationName: "corp" },
    });
  });

  it("on a host that is already connected gets the type and addresses of that provider", async () => {
    const giteaUrl = "https://git.example.com/sub";
    await call(owner.caller, "gitea.create", { name: "Ours", giteaUrl, accessToken: LONELY_TOKEN });
    const made = await make("https://git.example.com/sub/acme/site.git");
    expect(await providerOf(made)).toMatchObject({ providerType: "gitea", gitea: { giteaUrl } });
  });

  it("on an unknown host becomes a provider of type git", async () => {
    const main = { name: "main", sha: "a".repeat(40), default: true };
    setPorts({ git: { lsRemote: async () => ({ defaultBranch: "main", branches: [main], tags: [] }) } });
    const made = await make("https://unknown.example.com/team/app", { username: "robin" });
    const provider = await providerOf(made);
    expect(provider).toMatchObject({
      providerType: "git",
      git: { gitUrl: "https://unknown.example.com/team/app", username: "robin", hasPassword: true },
    });
  });

  it("that the host's API refuses is tried with plain git, which deploy tokens need", async () => {
    const main = { name: "main", sha: "a".repeat(40), default: true };
    const sent: unknown[] = [];
    setPorts({
      git: {
        lsRemote: async ({ url, credential }) => {
          sent.push([url, credential]);
          return { defaultBranch: "main", branches: [main], tags: [] };
        },
      },
    });
    const made = await make("https://gitlab.com/acme/site", { username: "deployer", accessToken: "gldt-x" });
    expect(made.providerType).toBe("git");
    const credential = { username: "deployer", password: "gldt-x" };
    expect(sent).toEqual([["https://gitlab.com/acme/site.git", credential]]);
  });

  it("that API and git both refuse fails with the host's message, and saves nothing", async () => {
    const refused = new Fault("credential_rejected", { code: "host_refused", params: { host: "Git" } });
    setPorts({ git: { lsRemote: async () => Promise.reject(refused) } });
    const input = { name: "x", repository: "https://github.com/acme/site", accessToken: "ghp_wrong" };
    const fault = await create(owner.caller, CreateApplication.parse(input)).then(
      () => expect.unreachable("it was made"),
      (error: Fault) => error,
    );
    expect(fault).toMatchObject({ code: "credential_rejected" });
    expect(fault.message).toContain("GitHub");
    expect(await db().gitProvider.count({ where: { organizationId: owner.organizationId } })).toBe(0);
  });

  it("is not tried with plain git while the host is down", async () => {
    setPorts({ http: { send: async () => new Response("", { status: 503 }) } });
    setPorts({ git: { lsRemote: () => Promise.reject(new Error("must not be called")) } });
    const wanted = { repository: "https://gitlab.com/acme/site", accessToken: BOT_TOKEN };
    await expect(dedicatedCredential(owner.caller, wanted)).rejects.toMatchObject({
      reason: { code: "host_error" },
    });
  });
});

describe("the provider of one application", () => {
  it("is promoted to a shared one under another name, and then survives the application", async () => {
    const made = await make("https://gitlab.com/acme/site");
    const { gitProviderId, applicationId } = made;
    const name = "GitLab of everyone";
    const shared = await call<GitProvider>(owner.caller, "gitProvider.promote", { gitProviderId, name });
    expect(shared).toMatchObject({ visibility: "everyone", name, isDefault: true });
    const second = { name: "Second", gitProviderId, repository: "acme/Handbook" };
    expect(await create(owner.caller, CreateApplication.parse(second))).toMatchObject({ gitProviderId });
    await remove(owner.caller, { applicationId });
    expect(await providerOf(made)).toMatchObject({ name, applicationCount: 1 });
    const again = await faultOfCall(owner.caller, "gitProvider.promote", { gitProviderId });
    expect(again).toMatchObject({ code: "conflict", reason: { code: "provider_shared" } });
  });

  it("is not promoted under a name that is taken", async () => {
    await call(owner.caller, "git.create", { name: "Taken" });
    const { gitProviderId } = await make("https://gitlab.com/acme/site");
    const fault = await faultOfCall(owner.caller, "gitProvider.promote", { gitProviderId, name: "Taken" });
    expect(fault).toMatchObject({ code: "conflict", reason: { code: "name_taken" } });
  });

  it("is removed with its application, and the removal report says what is left on the host", async () => {
    const made = await make("https://codeberg.org/acme/site");
    const { applicationId, gitProviderId } = made;
    const report = await remove(owner.caller, { applicationId });
    expect(report.removed).toBe(true);
    expect(report.done.map(({ code }) => code)).toEqual(["application_gone", "provider_gone"]);
    expect(report.left).toMatchObject([{ url: "https://codeberg.org/user/settings/applications" }]);
    expect(await db().gitProvider.count({ where: { gitProviderId } })).toBe(0);
  });
});

describe("a dedicated credential that reaches more than its repository", () => {
  const member = async () => (await testMember(owner.organizationId, "viewer")).caller;

  it.each([
    ["https://github.com/acme/site", "github"],
    ["https://gitlab.com/acme/site", "gitlab"],
    ["https://codeberg.org/acme/site", "gitea"],
  ])("shows nothing but its own: %s", async (repository, type) => {
    const viewer = await member();
    const made = await make(repository);
    const provider = await call<GitProvider>(viewer, "gitProvider.one", {
      gitProviderId: made.gitProviderId,
    });
    const ids = { [`${type}Id`]: provider[type as "github"]?.[`${type}Id`] };
    const foreign = { ...ids, owner: "acme", repo: "Handbook" };
    for (const list of ["branches", "tags"]) {
      const fault = await faultOfCall(viewer, `${type}.${list}`, foreign);
      expect(fault.reason.code).toBe("provider_of_application");
    }
    const own = await call<RefPage>(viewer, `${type}.branches`, { ...ids, owner: "ACME", repo: "site" });
    expect(own.items.map(({ name }) => name)).toContain("main");
    const page = await call<RepositoryPage>(viewer, `${type}.repositories`, ids);
    expect(page.items.map(({ fullName }) => fullName)).toEqual(["acme/site"]);
    const none = await call<RepositoryPage>(viewer, `${type}.repositories`, { ...ids, search: "book" });
    expect(none.items).toEqual([]);
    const found = await call<{ items: unknown[] }>(viewer, "repository.search", { search: "book", limit: 5 });
    expect(found.items).toEqual([]);
    await call(owner.caller, `${type}.testConnection`, ids);
    const shown = await call<GitProviderDetail>(viewer, "gitProvider.one", {
      gitProviderId: made.gitProviderId,
    });
    expect(JSON.stringify(shown.report)).toContain("acme/site");
    expect(JSON.stringify(shown)).not.toContain("andbook");
  });

  it("is not taken up again for another repository once the application uses a shared provider", async () => {
    const { applicationId, gitProviderId } = await make("https://codeberg.org/acme/site");
    const given = { name: "Shared", giteaUrl: "https://codeberg.org", accessToken: BOT_TOKEN };
    const shared = await call<GitProvider>(owner.caller, "gitea.create", given);
    // As `reassign` leaves it: the dedicated provider stays.
    await db().application.update({
      where: { applicationId },
      data: { gitProviderId: shared.gitProviderId, repositoryFullName: "acme/Handbook" },
    });
    for (const repository of ["acme/Handbook", "acme/site"]) {
      const back = update(owner.caller, { applicationId, repository, gitProviderId });
      await expect(back).rejects.toMatchObject({ reason: { code: "dedicated_token_bound" } });
    }
  });
});
