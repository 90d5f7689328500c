import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
import type { AllAuditEvents } from "@/features/audit/contract";
import { Fault } from "@/lib/fault";

export type AuditFilter = Omit<AllAuditEvents, "cursor" | "limit">;

/**
 * The events that the caller may see and that match the filter. Organizations see their own events only.
 * @throws Fault `forbidden` reason `instance_admin_only`
 */
export async function whereOf(caller: Caller, filter: AuditFilter): Promise<Prisma.AuditEventWhereInput> {
  const { actor, action, result, target, from, to } = filter;
  return {
    AND: [
      await inScope(caller, filter.scope),
      result ? { result } : {},
      action ? { action: { startsWith: like(action) } } : {},
      actor ? { OR: [{ actor: part(actor) }, { userId: plain(actor) }, { apiKeyId: plain(actor) }] } : {},
      target ? { OR: [{ targetName: part(target) }, { targetId: plain(target) }] } : {},
      from ? { at: { gte: new Date(from) } } : {},
      to ? { at: { lt: new Date(to) } } : {},
    ],
  };
}

async function inScope(
  { organizationId, instanceAdmin }: Caller,
  scope: AuditFilter["scope"],
): Promise<Prisma.AuditEventWhereInput> {
  if (scope === "organization") return { organizationId };
  if (!instanceAdmin) throw new Fault("forbidden", { code: "instance_admin_only" });
  const known = await db().organization.findMany({ select: { organizationId: true } });
  const ids = known.map((each) => each.organizationId);
  return { OR: [{ organizationId: null }, { organizationId: { notIn: ids } }] };
}

function part(text: string) {
  return { contains: like(text), mode: "insensitive" } as const;
}

/** Escape the wildcards of LIKE. */
function like(text: string): string {
  return plain(text).replace(/[\\%_]/g, "\\$&");
}

/** PostgreSQL takes no NUL in a text. */
function plain(text: string): string {
  return text.replaceAll("\0", "");
}
