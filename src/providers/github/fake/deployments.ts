import { appsOf, type FakeDeployment } from "@/providers/github/fake/apps";
import { accountJson } from "@/providers/github/fake/json";
import { type Answer, addresses, type Call, failure, paged } from "@/providers/github/fake/page";
import { missing, REPOSITORY, type Route, within } from "@/providers/github/fake/routes";
import { textOf } from "@/providers/simulator/hooks";
import { fullNameOf, type WorldRepository } from "@/providers/simulator/world";

/** The list of deployments of a repository, by GitHub's API description. */

const AT = "2026-05-03T10:00:00Z";
const DEPLOYMENTS = `^${REPOSITORY}/deployments`;
const writing = { permission: "deployments=write", method: "POST" } as const;

export const deploymentRoutes: Route[] = [
  {
    path: new RegExp(`${DEPLOYMENTS}$`),
    permission: "deployments=read",
    answer: (call) => within(call, list),
  },
  { path: new RegExp(`${DEPLOYMENTS}$`), ...writing, answer: (call) => within(call, create) },
  { path: new RegExp(`${DEPLOYMENTS}/(\\d+)/statuses$`), ...writing, answer: (call) => within(call, report) },
];

function list(call: Call, one: WorldRepository): Answer {
  const [sha, environment] = ["sha", "environment"].map((name) => call.url.searchParams.get(name));
  const rows = appsOf(call.server.world).deployments.filter(
    (row) => row.repositoryId === one.id && row.sha === sha && row.environment === environment,
  );
  return paged(call, rows.toReversed(), (row) => deploymentJson(call, one, row));
}

function create(call: Call, one: WorldRepository): Answer {
  const { deployments } = appsOf(call.server.world);
  const { body } = call;
  const sha = textOf(body.ref);
  if (!one.commits.has(sha)) return failure(422, `No ref found for: ${sha}`);
  const environment = textOf(body.environment);
  const made = { id: 60_001 + deployments.length, repositoryId: one.id, sha, environment };
  const row: FakeDeployment = { ...made, payload: body.payload, states: [] };
  deployments.push(row);
  return { status: 201, body: deploymentJson(call, one, row) };
}

function report(call: Call, one: WorldRepository): Answer {
  const found = appsOf(call.server.world).deployments.find(
    (row) => row.repositoryId === one.id && String(row.id) === call.parts[0],
  );
  if (!found) return missing;
  const { body } = call;
  found.states.push(textOf(body.state));
  const url = `${addresses(call).api}/repos/${fullNameOf(one)}/deployments/${found.id}`;
  const answer = {
    url: `${url}/statuses/1`,
    id: found.states.length,
    node_id: "DS_1",
    state: body.state,
    creator: null,
    description: textOf(body.description),
    environment: found.environment,
    target_url: textOf(body.log_url),
    created_at: AT,
    updated_at: AT,
    deployment_url: url,
    repository_url: url.replace(/\/deployments.*$/, ""),
    environment_url: textOf(body.environment_url),
    log_url: textOf(body.log_url),
  };
  return { status: 201, body: answer };
}

function deploymentJson(call: Call, one: WorldRepository, row: FakeDeployment) {
  const at = addresses(call);
  const url = `${at.api}/repos/${fullNameOf(one)}/deployments/${row.id}`;
  return {
    url,
    id: row.id,
    node_id: `DE_${row.id}`,
    sha: row.sha,
    ref: row.sha,
    task: "deploy",
    payload: row.payload,
    original_environment: row.environment,
    environment: row.environment,
    description: null,
    creator: accountJson(call.server.world, "ada", at),
    created_at: AT,
    updated_at: AT,
    statuses_url: `${url}/statuses`,
    repository_url: url.replace(/\/deployments.*$/, ""),
    transient_environment: false,
    production_environment: row.environment === "production",
  };
}
