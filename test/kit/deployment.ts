/** For tests: an organization, a real repository behind real smart HTTP, and an application that deploys from it. */

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import type { Caller } from "@/access/caller";
import { permissions } from "@/access/policy";
import { db, transaction } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import type { DeploymentRow } from "@/features/deployment/public";
import { freshSteps } from "@/features/deployment/step";
import { insert, prepare } from "@/features/git-provider/input/insert";
import { type RepositorySeed, seedRepository } from "@/git/seed-repository";
import { type GitRequest, gitHttpBackend } from "@/git/smart-http";
import { newId } from "@/lib/id";
import { seal } from "@/lib/seal";
import { registry } from "@/providers/registry";

export const password = "p4ss-w0rd-4711";

export interface Bench {
  url: string;
  root: string;
  /** Slows every git request down, while set. */
  hold: { ms: number };
  stop(): Promise<void>;
}

/** A git server that asks for a password. */
export async function startBench(): Promise<Bench> {
  const root = mkdtempSync(path.join(os.tmpdir(), "slipway-bench-"));
  const hold = { ms: 0 };
  const backend = gitHttpBackend({ root, authorize });
  const server = createServer((req, res) => void setTimeout(() => backend(req, res), hold.ms));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, root, hold, stop: () => stop(server, root) };
}

function authorize(request: GitRequest) {
  return request.password === password ? ("allow" as const) : ("deny" as const);
}

async function stop(server: Server, root: string): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
}

export interface TestApplication {
  organizationId: string;
  applicationId: string;
  environmentId: string;
  site: string;
  /** Commit ids of the repository, oldest first. */
  commits: string[];
}

type Settings = Partial<Record<"buildCommand" | "outputDirectory" | "buildPath", string>>;

/** An application of an organization of its own. */
export async function seedApplication(
  bench: Bench,
  seed: RepositorySeed,
  settings: Settings = {},
): Promise<TestApplication> {
  const name = `site-${newId().slice(0, 8)}`;
  const commits = await seedRepository(path.join(bench.root, "team", `${name}.git`), seed);
  return insertApplication(bench.url, { name, commits, branch: seed.defaultBranch ?? "main", settings });
}

/** An application whose repository does not exist: for what only writes rows. */
export function seedBareApplication(): Promise<TestApplication> {
  const name = `site-${newId().slice(0, 8)}`;
  return insertApplication("http://127.0.0.1:9", { name, commits: [], branch: "main", settings: {} });
}

interface ApplicationSeed {
  name: string;
  commits: string[];
  branch: string;
  settings: Settings;
}

async function insertApplication(
  host: string,
  { name, commits, branch, settings }: ApplicationSeed,
): Promise<TestApplication> {
  const { organizationId } = await db().organization.create({ data: { name } });
  const gitProviderId = await seedProvider(host, organizationId);
  const url = `${host}/team/${name}.git`;
  const application = await db().application.create({
    data: {
      organizationId,
      gitProviderId,
      name,
      slug: name,
      repositoryFullName: url,
      repositoryUrl: url,
      ...settings,
      environments: { create: { name: "production", branch, site: name } },
    },
    include: { environments: true },
  });
  const environmentId = application.environments[0]?.environmentId ?? "";
  return { organizationId, applicationId: application.applicationId, environmentId, site: name, commits };
}

function seedProvider(gitUrl: string, organizationId: string): Promise<string> {
  const provider = registry.git;
  if (!provider) throw new Error("the plain git provider is not registered");
  const prepared = prepare(provider, { name: "Bench", gitUrl, username: "robin", password });
  return transaction((tx) => insert(tx, { organizationId, userId: "nobody" }, prepared));
}

/** A queued deployment, without a job for it. */
export async function seedDeployment(
  { organizationId, applicationId, environmentId }: TestApplication,
  ref = "main",
  more: Partial<Pick<DeploymentRow, "rollbackOfId" | "repositoriesOf" | "withSecrets" | "fetchRef">> = {},
): Promise<string> {
  const row = { organizationId, applicationId, environmentId, ref, trigger: "manual", steps: freshSteps() };
  const { deploymentId } = await db().deployment.create({ data: { ...row, ...more } });
  return deploymentId;
}

export async function seedVariable(application: TestApplication, name: string, value: string): Promise<void> {
  const { organizationId, environmentId } = application;
  const fields = { environmentVariableId: newId(), organizationId, environmentId, name };
  const sealed = seal(value, sealContext("environment_variable", fields));
  await db().environmentVariable.create({ data: { ...fields, value: sealed } });
}

export function deploymentRow(deploymentId: string) {
  return db().deployment.findUniqueOrThrow({ where: { deploymentId } });
}

export async function logText(deploymentId: string): Promise<string> {
  const lines = await db().deploymentLog.findMany({ where: { deploymentId }, orderBy: { id: "asc" } });
  return lines.map((line) => `${line.step} ${line.stream} ${line.text}`).join("\n");
}

/** The owner of an application's organization. */
export function callerOf({ organizationId }: Pick<TestApplication, "organizationId">): Caller {
  return {
    organizationId,
    userId: "robin",
    memberId: "robin",
    email: "robin@example.com",
    name: "Robin Example",
    instanceAdmin: false,
    role: "owner",
    permissions: new Set(permissions),
    via: { kind: "session", sessionId: "none" },
    origin: { requestId: "test", address: "127.0.0.1", userAgent: "test" },
  };
}
