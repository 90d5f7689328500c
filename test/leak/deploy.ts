import { call } from "@test/kit/call";
import type { Search } from "@test/leak/search";
import type { Ask } from "@test/leak/seed-secrets";
import { newId } from "@/lib/id";

/** A build that prints everything it can find, in more than one encoding. */
const printAll = [
  "env",
  "export -p",
  "set",
  "env | base64 -w 0; echo",
  "tr '\\0' '\\n' </proc/self/environ",
  "tr '\\0' ' ' </proc/self/cmdline; echo",
  "git config --list --show-origin || true",
  "git -C .. remote -v || true",
  'find "$HOME/.." -type f -size -200k -exec cat {} +',
  "ps -ef || true",
  "mkdir -p dist; echo built > dist/index.html",
].join("; ");

export interface Deployed {
  applicationId: string;
  environmentId: string;
  deploymentId: string;
  status: string;
}

/** For tests: deploy a repository with a secret variable and a build that prints all, and record its log. */
export async function deployAndRecord(
  search: Search,
  ask: Ask,
  from: { gitProviderId: string; repository: string; headers: Record<string, string> },
): Promise<Deployed> {
  const { gitProviderId, repository } = from;
  const fields = { name: newId(), gitProviderId, repository, branch: "main", buildCommand: printAll };
  const application = await ask("application.create", fields);
  const applicationId = String(application.applicationId);
  const [environment] = (application.environments ?? []) as { environmentId: string }[];
  if (!environment) throw new Error(`no application of ${repository}: ${JSON.stringify(application)}`);
  const { environmentId } = environment;
  const variables = [{ name: "BUILD_SECRET", value: search.make("variable of a build") }];
  await ask("environment.update", { environmentId, variables });
  const queued = await ask("application.deploy", { applicationId });
  const deploymentId = String(queued.deploymentId);
  search.record("answer of deployment.watch", await watched(deploymentId, from.headers));
  const log = JSON.stringify(await ask("deployment.logs", { deploymentId }));
  if (!log.includes("BUILD_SECRET=***")) throw new Error(`the build did not print its environment: ${log}`);
  const { status } = await ask("deployment.one", { deploymentId });
  return { applicationId, environmentId, deploymentId, status: String(status) };
}

/** Every event until it has ended. */
async function watched(deploymentId: string, headers: Record<string, string>): Promise<string> {
  const query = `?deploymentId=${deploymentId}`;
  const answer = await call("rest", "deployment.watch", { query, headers });
  return answer.text();
}
