import { z } from "zod";
import type { Caller } from "@/access/caller";
import { roleNames } from "@/access/role";
import { personName } from "@/access/signed-in";
import { db } from "@/db/client";
import type { AllMembers, Invitation, Member, MemberList } from "@/features/member/contract";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const Position = z.tuple([z.coerce.date(), z.string()]);

/** The members, in the order they joined; open invitations come with the first page for those who may end them. */
export async function allMembers(caller: Caller, { cursor, limit }: AllMembers): Promise<MemberList> {
  const { organizationId } = caller;
  const scope = `${organizationId}/member.all`;
  const rows = await db().member.findMany({
    where: { organizationId, ...(cursor && after(decodeCursor(scope, cursor, Position))) },
    include: { user: true },
    orderBy: [{ createdAt: "asc" }, { memberId: "asc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const nameOf = await roleNames(
    db(),
    page.map(({ role }) => role),
  );
  return {
    items: page.map((row) => toMember(caller, row, nameOf)),
    nextCursor: last ? encodeCursor(scope, [last.createdAt, last.memberId]) : null,
    invitations: !cursor && caller.permissions.has("member:write") ? await invitations(organizationId) : [],
  };
}

function after([createdAt, memberId]: z.infer<typeof Position>) {
  return { OR: [{ createdAt: { gt: createdAt } }, { createdAt, memberId: { gt: memberId } }] };
}

interface Row {
  memberId: string;
  role: string;
  createdAt: Date;
  user: { userId: string; email: string; username: string | null; firstName: string; lastName: string };
}

/** A member as the API shows them; `user` must be loaded. */
export function toMember(
  caller: Caller,
  { memberId, role, createdAt, user }: Row,
  nameOf: (role: string) => string,
): Member {
  return {
    memberId,
    userId: user.userId,
    email: user.email,
    name: personName(user),
    role,
    roleName: nameOf(role),
    you: user.userId === caller.userId,
    createdAt: createdAt.toISOString(),
  };
}

async function invitations(organizationId: string): Promise<Invitation[]> {
  const rows = await db().invitation.findMany({
    where: { organizationId, acceptedAt: null },
    orderBy: { createdAt: "desc" },
    take: 100,
  });
  const nameOf = await roleNames(
    db(),
    rows.map(({ role }) => role),
  );
  return rows.map(({ invitationId, email, role, createdAt, expiresAt }) => ({
    invitationId,
    email,
    role,
    roleName: nameOf(role),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    expired: expiresAt <= new Date(),
  }));
}
