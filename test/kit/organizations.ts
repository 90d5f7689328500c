import { post } from "@test/kit/call";
import { type TestMember, testKey } from "@test/kit/member";
import { db } from "@/db/client";
import { providerOf } from "@/features/git-provider/client/open";
import { newId } from "@/lib/id";
import type { Field } from "@/providers/provider";
import { procedures } from "@/server/procedure-facts";

/** For tests: what a type's first form asks for, filled with values of the right kind. */
export function testForm(type: string): Record<string, string> {
  const { methods } = providerOf({ providerType: type }).manifest;
  const forms = Object.entries(methods).filter(([, method]) => method.kind === "form" && !method.removed);
  const [authMethod, form] = forms.find(([, method]) => method.recommended) ?? forms[0] ?? [];
  if (!authMethod || !form) throw new Error(`${type} has no form`);
  const given = form.fields
    .filter((field) => field.required)
    .map((field) => [field.name, valueFor(field)] as const);
  return { authMethod, ...Object.fromEntries(given) };
}

function valueFor({ name, kind, placeholder }: Field): string {
  if (/url$/i.test(name) && placeholder) return placeholder;
  if (kind === "url") return "https://git.example.com";
  return /email/i.test(name) ? "bot@example.com" : "value-of-the-other";
}

/** One provider of each type in the other organization; creating never calls a host. */
async function typedIds(headers: Record<string, string>): Promise<Record<string, string>> {
  const types = [...procedures.keys()]
    .filter((path) => path.endsWith(".one"))
    .map((path) => path.split(".")[0] ?? "");
  const pairs = await Promise.all(
    types
      .filter((type) => procedures.has(`${type}.testConnection`))
      .map(async (type) => {
        const made = await post("rest", `${type}.create`, { name: type, ...testForm(type) }, headers);
        if (!made.ok) throw new Error(`${type} was not made: ${await made.text()}`);
        return [`${type}Id`, (await made.json())[type][`${type}Id`]] as const;
      }),
  );
  return Object.fromEntries(pairs);
}

/** For tests: an application with an environment and a deployment that failed. */
export async function testDeployment({ organizationId }: TestMember, gitProviderId: string) {
  const own = { organizationId };
  const { applicationId } = await db().application.create({
    data: {
      ...own,
      gitProviderId,
      name: "site",
      slug: newId(),
      repositoryFullName: "a/b",
      repositoryUrl: "https://git.example.com/a/b",
    },
  });
  const { environmentId } = await db().environment.create({
    data: { ...own, applicationId, name: "production", branch: "main", site: newId(), watchPaths: [] },
  });
  const { deploymentId } = await db().deployment.create({
    data: {
      ...own,
      applicationId,
      environmentId,
      ref: "main",
      trigger: "api",
      status: "failed",
      steps: [],
      released: true,
    },
  });
  return { applicationId, environmentId, deploymentId };
}

/** For tests: one of everything, by the names of its id. */
export async function testWorld(member: TestMember): Promise<Record<string, string>> {
  const headers = { "x-api-key": await testKey(member) };
  const typed = await typedIds(headers);
  const { gitProviderId } = await db().gitProvider.findFirstOrThrow({
    where: { organizationId: member.organizationId },
  });
  await post("rest", "member.invite", { email: "x@example.com", role: "viewer" }, headers);
  const { notificationRecipientId } = await db().notificationRecipient.create({
    data: { organizationId: member.organizationId, kind: "email", address: "ops@example.com" },
  });
  const { invitationId } = await db().invitation.findFirstOrThrow({
    where: { organizationId: member.organizationId },
  });
  const { apiKeyId } = await db().apiKey.findFirstOrThrow({
    where: { organizationId: member.organizationId },
  });
  const { memberId, sessionId, organizationId } = member;
  const { webhookId } = await db().webhook.create({
    data: {
      ...{ organizationId, gitProviderId, repositoryId: "1", repositoryFullName: "a/b" },
      ...{ mode: "manual", url: "https://slipway.example.com/api/git/webhook/1", needs: ["push"] },
      checkDueAt: null,
    },
  });
  const { deliveryId } = await db().webhookDelivery.create({
    data: {
      ...{ organizationId, gitProviderId, sourceId: webhookId, source: "hook", hostDeliveryId: newId() },
      ...{ headers: {}, body: Buffer.from("{}"), decision: "ignored" },
    },
  });
  const { roleId } = await db().role.create({
    data: { organizationId, name: "Releaser", permissions: ["application:read"] },
  });
  const rest = {
    gitProviderId,
    fromGitProviderId: gitProviderId,
    toGitProviderId: gitProviderId,
    invitationId,
    notificationRecipientId,
    apiKeyId,
    roleId,
    webhookId,
    deliveryId,
  };
  const deployed = await testDeployment(member, gitProviderId);
  const { environmentId } = deployed;
  const { deployHookId } = await db().deployHook.create({
    data: { organizationId, environmentId, name: "Content", secret: "sealed" },
  });
  return { ...typed, ...rest, ...deployed, memberId, sessionId, organizationId, deployHookId };
}
