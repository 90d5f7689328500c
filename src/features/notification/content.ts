import { db } from "@/db/client";
import { credentialEnd } from "@/features/git-provider/health/credential-expiry";
import { healthAt } from "@/features/git-provider/health/current-health";
import { providerPage } from "@/features/git-provider/record/page-url";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { NotificationEvent } from "@/features/notification/contract";
import { env } from "@/lib/env";
import { registry } from "@/providers/registry";

/** What one notification says. It holds no secret: it leaves Slipway. */
export interface NotificationContent {
  event: NotificationEvent | "test";
  at: Date;
  organization: { organizationId: string; name: string };
  provider: { gitProviderId: string; name: string; providerType: string; label: string } | null;
  /** What happened and what to do, for a person. */
  message: string;
  expiresAt: Date | null;
  /** The day of expiry; the last valid day when a person entered it. */
  endsOn?: string;
  /** Whole days, rounded up. */
  daysLeft: number | null;
  /** The first of the applications that stop with the provider. */
  applications: { applicationId: string; name: string; repository: string }[];
  applicationCount: number;
  /** Where to act. */
  url: string;
}

const namedApplications = 20;
const day = 86_400_000;

/** What a notification says of a provider as it is now. */
export async function contentOf(
  row: ProviderRow,
  event: NotificationEvent,
  now: Date,
): Promise<NotificationContent> {
  const { organizationId, gitProviderId, name, providerType } = row;
  const end = credentialEnd(row);
  const expiresAt = end.kind === "at" ? end.at : null;
  const label = registry[providerType]?.manifest.label ?? providerType;
  return {
    event,
    at: now,
    organization: await db().organization.findUniqueOrThrow({
      where: { organizationId },
      select: { organizationId: true, name: true },
    }),
    provider: { gitProviderId, name, providerType, label },
    message: messageOf(row, event, now),
    expiresAt,
    ...(end.kind === "at" && { endsOn: end.on }),
    daysLeft: expiresAt && Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / day)),
    applications: await applicationsOf(row),
    applicationCount: row.applicationCount,
    url: `${env().url}${await providerPage(row)}`,
  };
}

function messageOf(row: ProviderRow, event: NotificationEvent, now: Date): string {
  if (event === "recovered") return "The last check found that it works again.";
  return (healthAt(row, now).reason?.message ?? "Look at its page.").replaceAll("`", "");
}

async function applicationsOf({
  organizationId,
  gitProviderId,
}: ProviderRow): Promise<NotificationContent["applications"]> {
  const rows = await db().application.findMany({
    where: { organizationId, gitProviderId },
    select: { applicationId: true, name: true, repositoryFullName: true },
    orderBy: { name: "asc" },
    take: namedApplications,
  });
  return rows.map(({ repositoryFullName: repository, ...rest }) => ({ ...rest, repository }));
}
