import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
import type { AllDeliveries, DeliveryList } from "@/features/delivery/contract";
import { visibleProviders } from "@/features/delivery/find";
import { toDelivery } from "@/features/delivery/public";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hostOfRow, isSameHost } from "@/features/git-provider/repository/same-host";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const CursorKey = z.tuple([z.coerce.date(), z.string()]);

type Where = Prisma.WebhookDeliveryWhereInput;

/**
 * Deliveries, newest first, through the providers that the caller may see. Of one application: those about its
 * repository, whichever provider told of it.
 */
export async function deliveries(caller: Caller, input: AllDeliveries): Promise<DeliveryList> {
  const { organizationId } = caller;
  const { cursor, limit, ...filter } = input;
  const providers = await visibleProviders(caller);
  const scope = JSON.stringify([organizationId, "webhook.deliveries", filter]);
  const about = await aboutWhat(caller, filter, providers);
  if (about === null) return { items: [], nextCursor: null };
  const rows = await db().webhookDelivery.findMany({
    where: {
      organizationId,
      AND: [
        { gitProviderId: { in: [...providers.keys()] } },
        about,
        columnsOf(filter),
        cursor ? before(decodeCursor(scope, cursor, CursorKey)) : {},
      ],
    },
    omit: { body: true },
    orderBy: [{ receivedAt: "desc" }, { deliveryId: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.flatMap((row) => {
      const provider = providers.get(row.gitProviderId);
      return provider ? [toDelivery(row, provider)] : [];
    }),
    nextCursor: last ? encodeCursor(scope, [last.receivedAt, last.deliveryId]) : null,
  };
}

type Filter = Omit<AllDeliveries, "cursor" | "limit">;

/** The repository of an application or environment; null where there is none that the caller may see. */
async function aboutWhat(
  { organizationId }: Caller,
  { applicationId, environmentId }: Filter,
  providers: Map<string, ProviderRow>,
): Promise<Where | null> {
  if (!applicationId && !environmentId) return {};
  const application = await db().application.findFirst({
    where: {
      organizationId,
      ...(applicationId && { applicationId: clean(applicationId) }),
      ...(environmentId && { environments: { some: { environmentId: clean(environmentId) } } }),
    },
    select: { gitProviderId: true, repositoryId: true, repositoryUrl: true },
  });
  const used = application && providers.get(application.gitProviderId);
  if (!used) return null;
  const host = hostOfRow(used);
  const sameHost = [...providers.values()].filter((row) => isSameHost(host, hostOfRow(row)));
  return {
    repositoryId: application.repositoryId ?? application.repositoryUrl,
    gitProviderId: { in: sameHost.map(({ gitProviderId }) => gitProviderId) },
    ...(environmentId && { environments: { array_contains: [{ environmentId: clean(environmentId) }] } }),
  };
}

function columnsOf({ gitProviderId, repository, decision, event, search }: Filter): Where {
  const wanted = clean(search ?? "");
  return {
    AND: [
      gitProviderId ? { gitProviderId: clean(gitProviderId) } : {},
      repository ? ofRepository(clean(repository)) : {},
      decision ? { decision: decision === "pending" ? null : decision } : {},
      event ? { event: clean(event) } : {},
      wanted === "" ? {} : holding(wanted),
    ],
  };
}

function ofRepository(text: string): Where {
  return { OR: [{ repositoryId: text }, { repositoryFullName: { equals: text, mode: "insensitive" } }] };
}

function holding(text: string): Where {
  // A search is text, not a pattern.
  const contains = { contains: text.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" as const };
  const [, number] = /^#?(\d{1,9})$/.exec(text) ?? [];
  return {
    OR: [
      { repositoryFullName: contains },
      { ref: contains },
      { sha: { startsWith: text.toLowerCase().replace(/[\\%_]/g, "\\$&") } },
      { deliveryId: text },
      { hostDeliveryId: contains },
      ...(number ? [{ pullRequest: Number(number) }] : []),
    ],
  };
}

/** PostgreSQL takes no NUL in a text. */
function clean(text: string): string {
  return text.replaceAll("\0", "");
}

function before([receivedAt, deliveryId]: z.infer<typeof CursorKey>): Where {
  return { OR: [{ receivedAt: { lt: receivedAt } }, { receivedAt, deliveryId: { lt: deliveryId } }] };
}
