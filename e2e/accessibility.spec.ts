import { CLIENT } from "../src/providers/simulator/seed";
import { connectGitea, createApplication, deploy, startSession } from "./fixtures";
import { errorsOf, inspect, type PageCase, withoutCache } from "./inspect";
import { follow, push, request } from "./push";
import { expect, type StackWithOwner, test } from "./stack";

const outside: PageCase[] = [
  { name: "sign-in", path: "/sign-in" },
  { name: "reset-password", path: "/reset-password" },
  { name: "new-password", path: "/reset-password/none" },
  { name: "invitation", path: "/invite/none" },
];

const inside = [
  "overview",
  "applications",
  "application-new",
  "application",
  "application-deployments",
  "application-settings",
  "application-previews",
  "environment-rules",
  "deployment",
  "deployment-failed",
  "providers",
  "provider",
  "provider-broken",
  "provider-new",
  "provider-form",
  "provider-form-ssh",
  "provider-waiting",
  "provider-authorize",
  "provider-ssh",
  "provider-own",
  "application-own",
  "returned",
  "webhooks",
  "webhook-delivery",
  "webhook-hooks",
  "settings",
  "notifications",
  "audit",
  "members",
  "api-keys",
  "account",
  "organization-new",
  "not-found",
  "api-reference",
] as const;
type Inside = (typeof inside)[number];

/** Providers that wait for a step elsewhere, a dedicated credential, a role and a recipient of notifications. */
async function furnishMore({ call, hosts }: StackWithOwner) {
  const waiting = await call<{ gitProviderId: string }>("gitlab.create", {
    name: "Waiting for its step",
    gitlabUrl: hosts.gitlab.url,
    applicationId: CLIENT.id,
    secret: CLIENT.secret,
  });
  const keyed = await call<{ gitProviderId: string }>("git.create", {
    name: "By a key",
    gitUrl: "ssh://git@localhost:2222/acme",
    privateKey: "generate",
  });
  const own = await call<{ applicationId: string; gitProviderId: string }>("application.create", {
    name: "With its own token",
    repository: `${hosts.gitlab.url}/acme/site`,
    accessToken: hosts.token,
  });
  await call("role.create", { name: "Release team", permissions: ["application:read", "deployment:run"] });
  await call("notificationRecipient.create", { kind: "webhook", address: `${hosts.gitea.url}/hook` });
  return { waiting, keyed, own };
}

/** A repository that is followed, with a push that was deployed and a request that has a preview. */
async function furnishPushes(stack: StackWithOwner) {
  const followed = await follow(stack, "gitea", "furnished-pushes");
  await push(stack, followed, "Furnish");
  await request(stack, followed, "Furnish more");
  const ofPush = { applicationId: followed.applicationId, event: "push", decision: "deployed" };
  await expect
    .poll(async () => (await stack.call<Deliveries>("webhook.deliveries", ofPush)).items.length)
    .toBe(1);
  const { items } = await stack.call<Deliveries>("webhook.deliveries", ofPush);
  return { ...followed, deliveryId: items[0]?.deliveryId };
}

interface Deliveries {
  items: { deliveryId: string }[];
}

/** Fill the organization, so that every page shows something. Returns the path of each page. */
async function furnish(stack: StackWithOwner): Promise<Record<Inside, string>> {
  const { call } = stack;
  const { gitProviderId } = await connectGitea(stack, "Furnished", { organizationName: "acme" });
  const broken = await call<{ gitProviderId: string; gitlab: { gitlabId: string } }>("gitlab.create", {
    name: "Furnished and broken",
    gitlabUrl: stack.hosts.gitlab.url,
    accessToken: "wrong",
  });
  await call("gitlab.testConnection", { gitlabId: broken.gitlab.gitlabId });
  const made = await createApplication(stack, { name: "Furnished", gitProviderId, repository: "acme/site" });
  const failing = await createApplication(stack, {
    name: "Failing",
    gitProviderId,
    repository: "acme/Handbook",
    buildCommand: "echo 'about to fail' && exit 3",
  });
  const deploymentId = await deploy(stack, made.applicationId);
  const failedId = await deploy(stack, failing.applicationId);
  await call("member.invite", { email: "furnished@example.com", role: "viewer" });
  const { waiting, keyed, own } = await furnishMore(stack);
  const pushes = await furnishPushes(stack);
  const application = `/applications/${made.applicationId}`;
  const followed = `/applications/${pushes.applicationId}`;
  return {
    overview: "/",
    applications: "/applications",
    "application-new": "/applications/new",
    application: application,
    "application-deployments": `${application}/deployments`,
    "application-settings": `${application}/settings`,
    "application-previews": `${followed}/previews`,
    "environment-rules": `${followed}/environments/${pushes.environmentId}`,
    deployment: `${application}/deployments/${deploymentId}`,
    "deployment-failed": `/applications/${failing.applicationId}/deployments/${failedId}`,
    providers: "/providers",
    provider: `/providers/${gitProviderId}`,
    "provider-broken": `/providers/${broken.gitProviderId}`,
    "provider-new": "/providers/new",
    "provider-form": "/providers/new?host=Gitea",
    "provider-form-ssh": "/providers/new?host=Git+server",
    "provider-waiting": `/providers/${waiting.gitProviderId}`,
    "provider-authorize": `/providers/${waiting.gitProviderId}/authorize`,
    "provider-ssh": `/providers/${keyed.gitProviderId}`,
    "provider-own": `/providers/${own.gitProviderId}?tab=settings`,
    "application-own": `/applications/${own.applicationId}/settings`,
    returned: "/providers/returned?problem=authorize_denied",
    webhooks: "/webhooks",
    "webhook-delivery": `/webhooks/${pushes.deliveryId}`,
    "webhook-hooks": "/webhooks/hooks",
    settings: "/settings",
    notifications: "/settings/notifications",
    audit: "/settings/audit",
    members: "/settings/members",
    "api-keys": "/settings/api-keys",
    account: "/account",
    "organization-new": "/organizations/new",
    "not-found": "/providers/none",
    "api-reference": "/docs/api",
  };
}

test.describe.configure({ mode: "parallel" });

for (const place of outside)
  test(`the page ${place.name} has no barrier, sideways scroll, error or 200 kB of script`, async ({
    stack,
    page,
  }) => {
    const errors = errorsOf(page);
    await withoutCache(page);
    expect(await inspect(page, stack.app.url, place)).toEqual([]);
    expect(errors).toEqual([]);
  });

/** The paths of the pages on the stack of this worker, which is filled by its first test. */
let furnished: Promise<Record<Inside, string>> | undefined;

for (const name of inside)
  test(`the page ${name} has no barrier, sideways scroll, error or 200 kB of script`, async ({
    stack,
    page,
  }) => {
    test.setTimeout(180_000);
    furnished ??= furnish(stack);
    const { [name]: path } = await furnished;
    const errors = errorsOf(page);
    await withoutCache(page);
    await startSession(page, stack.app, stack.owner);
    expect(await inspect(page, stack.app.url, { name, path })).toEqual([]);
    expect(errors).toEqual([]);
  });
