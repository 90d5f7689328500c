import type { Reason } from "@/lib/reason";
import { Refused } from "@/providers/bitbucketServer/schema";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";

export const HOST = "Bitbucket Data Center";

/** The name of who is signed in. Absent from an answer that was given to nobody. */
export const USER_HEADER = "x-ausername";

/** How the server words a refusal. */
const errorMapping: ErrorMapping = { host: HOST, rejection };

const ofGrants: ErrorMapping = { host: HOST, isGranted: true };

/** The same with a token that an application link was given: what is wrong with it is never told. */
export function errorMappingOf(authMethod: string): ErrorMapping {
  return authMethod === "oauth" ? ofGrants : errorMapping;
}

/** The server says what is wrong with a token, where it says anything. */
function rejection({ body }: Refusal): Reason | undefined {
  const { message = "" } = Refused.parse(body).errors[0] ?? {};
  const isOver = /\btoken\b[^.]*\bexpired\b/i.test(message);
  return isOver ? { code: "token_expired", params: { host: HOST } } : undefined;
}

/**
 * 401 is also said to people who are signed in and may not see something; only without their name does it mean the
 * credential. Below a project that is the same as not being there.
 */
export function statusOf(response: Response, path: string): number {
  if (response.status !== 401 || !response.headers.has(USER_HEADER)) return response.status;
  return path.includes("/projects/") ? 404 : 403;
}
