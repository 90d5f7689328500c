import { encode } from "next-auth/jwt";
import type { Caller, Origin } from "@/access/caller";
import { type Permission, permissions } from "@/access/policy";
import { callerOf, mintKey } from "@/access/resolve";
import { startSession } from "@/access/session";
import { cookieName } from "@/access/session-cookie";
import { findSession } from "@/access/session-lookup";
import { db } from "@/db/client";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { sessionSecret } from "@/lib/key-ring";

/** For tests: where a request came from. */
export const testOrigin: Origin = { requestId: "test-request", address: "192.0.2.1", userAgent: "test" };

/** For tests: a member with a session, and the headers a browser of theirs sends with a changing call. */
export interface TestMember {
  userId: string;
  memberId: string;
  organizationId: string;
  email: string;
  sessionId: string;
  caller: Caller;
  cookies: { cookie: string; origin: string };
}

/** For tests: an organization of that name; more members join it by `testMember`. */
export async function testOrganization(name = "Acme"): Promise<string> {
  const { organizationId } = await db().organization.create({ data: { name } });
  return organizationId;
}

/** For tests: a new person with that role in the organization. Their password is not usable. */
export async function testMember(organizationId: string, role: string): Promise<TestMember> {
  const email = `${newId()}@example.com`;
  const { userId } = await db().user.create({ data: { email, passwordHash: "none", firstName: role } });
  const { memberId } = await db().member.create({ data: { organizationId, userId, role } });
  const sessionId = await startSession(userId, testOrigin);
  const cookies = { cookie: await testCookie(sessionId), origin: env().url };
  const caller = await testCaller(sessionId);
  return { userId, memberId, organizationId, email, sessionId, caller, cookies };
}

/** For tests: the caller behind a session as it is now. */
export async function testCaller(sessionId: string): Promise<Caller> {
  const found = await findSession(sessionId, testOrigin);
  if (!found) throw new Error("the session has ended");
  return callerOf(found);
}

/** For tests: the cookie header of a session. */
export async function testCookie(sessionId: string): Promise<string> {
  return `${cookieName()}=${await encode({ token: { sid: sessionId }, secret: sessionSecret() })}`;
}

/** For tests: a key of a member, with all permissions unless some are given. */
export async function testKey(
  { organizationId, memberId }: Pick<TestMember, "organizationId" | "memberId">,
  list: readonly Permission[] = permissions,
  dates: { expiresAt?: Date; revokedAt?: Date } = {},
): Promise<string> {
  const { key, stored } = mintKey();
  await db().apiKey.create({
    data: { organizationId, memberId, name: "test", permissions: [...list], ...dates, ...stored },
  });
  return key;
}
