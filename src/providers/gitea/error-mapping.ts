import { z } from "zod";
import type { ErrorMapping, Refusal, TokenRefusal } from "@/providers/kit/refusal";

const Message = z.object({ message: z.string() }).catch({ message: "" });

/** Every call of such an account gets this (`verifyAuthWithOptions` in routers/api/v1/api.go). */
const blocked = /prohibited from signing in|account is not activated|must change your password/i;

/** How Gitea and Forgejo refuse. */
export const errorMapping: ErrorMapping = {
  host: "Gitea",
  isBlocked: (refusal) => blocked.test(Message.parse(refusal.body).message),
  missingScopes: (refusal) => namesIn(/required(?: scope\(s\):|=)\s*\[([^\]]*)\]/, refusal),
};

/** The same with a token that an application was given. */
export const grantErrorMapping: ErrorMapping = { ...errorMapping, isGranted: true, tokenRefusal };

/**
 * `unauthorized_client` is said of nearly everything: of the secret, but also of a code or refresh token that is
 * unknown, was used or does not go with the challenge (routers/web/auth/oauth2_provider.go).
 */
function tokenRefusal({
  error,
  description,
}: {
  error: string;
  description: string;
}): TokenRefusal | undefined {
  if (error !== "unauthorized_client") return undefined;
  return /client secret|redirect uri/i.test(description) ? "client" : "grant";
}

/** The scopes of a token, which newer versions name in a refusal; null when they do not. */
export function grantedScopes(body: unknown): string[] | null {
  const text = Message.parse(body).message;
  const told = /token scope=([\w:,-]*)/.exec(text)?.[1];
  return told === undefined ? null : told.split(",").filter(Boolean);
}

/** A token with `write:x` may also read x, and `all` may do everything. */
export function covers(granted: string, wanted: string): boolean {
  return granted === wanted || granted === "all" || granted === wanted.replace(/^read:/, "write:");
}

function namesIn(pattern: RegExp, refusal: Refusal): string[] {
  const list = pattern.exec(Message.parse(refusal.body).message)?.[1] ?? "";
  return list.split(/[\s,]+/).filter((name) => /^(read|write):[a-z]+$/.test(name));
}
