import { signed } from "@test/kit/webhook";
import { db } from "@/db/client";
import { insertFields } from "@/features/git-provider/record/store";
import { addSecret } from "@/features/webhook/secrets";
import { newId } from "@/lib/id";
import { registry } from "@/providers/registry";

/** A webhook as it is in the database, and the secret that its deliveries are signed with. */
export interface TestHook {
  organizationId: string;
  gitProviderId: string;
  webhookId: string;
  secret: string;
  /** Where the host sends to. */
  path: string;
}

/** Also a key of Standard Webhooks, so that it fits every host. */
export const anotherSecret = () => `whsec_${Buffer.from(newId() + newId()).toString("base64")}`;

/** For tests: a webhook of a repository at a host of this type, in an organization of its own unless one is given. */
export async function testHook(type: string, given: { organizationId?: string } = {}): Promise<TestHook> {
  const organizationId = given.organizationId ?? (await testOrganizationId());
  const { gitProviderId } = await db().gitProvider.create({
    data: { organizationId, name: newId(), providerType: type, authMethod: "token", health: {} },
  });
  const { webhookId } = await db().webhook.create({
    data: {
      organizationId,
      gitProviderId,
      repositoryId: newId(),
      repositoryFullName: "team/site",
      mode: "hook",
      url: "https://slipway.example.com",
      needs: ["push"],
    },
  });
  const secret = anotherSecret();
  await addSecret(db(), { organizationId, webhookId }, secret);
  return { organizationId, gitProviderId, webhookId, secret, path: `/api/${type}/webhook/${webhookId}` };
}

async function testOrganizationId(): Promise<string> {
  return (await db().organization.create({ data: { name: newId() } })).organizationId;
}

/** For tests: a GitHub App whose hook is signed with this secret. */
export async function testApp(secret: string, appId: number) {
  const organizationId = await testOrganizationId();
  const { gitProviderId } = await db().gitProvider.create({
    data: { organizationId, name: newId(), providerType: "github", authMethod: "app", health: {} },
  });
  await insertFields(db(), githubProvider(), {
    organizationId,
    gitProviderId,
    settings: { githubUrl: "https://github.com", githubAppId: appId },
    secrets: { githubWebhookSecret: secret },
  });
  const { githubId } = await db().github.findUniqueOrThrow({ where: { gitProviderId } });
  return { organizationId, gitProviderId, githubId };
}

function githubProvider() {
  const { github } = registry;
  if (!github) throw new Error("GitHub is not registered");
  return github;
}

export interface Sent {
  /** The host's id of the delivery; another one each time unless given. */
  id?: string;
  headers?: Record<string, string>;
}

/** For tests: the request by which the host tells of something now. */
export function deliveryOf(
  type: string,
  secret: string,
  body: string | Uint8Array,
  { id = newId(), headers = {} }: Sent = {},
): RequestInit {
  const sent = signed(type, body, headers, secret, { id, at: new Date() });
  return { method: "POST", body: sent.raw as BodyInit, headers: Object.fromEntries(sent.headers) };
}
