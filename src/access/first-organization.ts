import type { Prisma } from "@/db/generated/client";

/** What a query of a person must load for `organizationOf`. */
export const withFirstOrganization = {
  members: {
    select: { organizationId: true },
    orderBy: [{ createdAt: "asc" }, { memberId: "asc" }],
    take: 1,
  },
} satisfies Prisma.UserInclude;

/** Where a person acts who has chosen nothing: the organization they joined first. Null when there is none. */
export function organizationOf({ members }: { members: { organizationId: string }[] }): string | null {
  return members[0]?.organizationId ?? null;
}
