import type { RequestHeaders } from "@/access/caller";

/** Names that say what a body is. Those with a secret or a signature in them are not among these, on purpose. */
const told = [
  "content-type",
  "user-agent",
  "x-github-event",
  "x-github-delivery",
  "x-github-hook-id",
  "x-github-hook-installation-target-type",
  "x-github-hook-installation-target-id",
  "x-gitlab-event",
  "x-gitlab-event-uuid",
  "x-gitlab-webhook-uuid",
  "x-gitlab-instance",
  "x-gitea-event",
  "x-gitea-event-type",
  "x-gitea-delivery",
  "x-forgejo-event",
  "x-forgejo-event-type",
  "x-forgejo-delivery",
  "x-event-key",
  "x-event-time",
  "x-hook-uuid",
  "x-request-id",
  "x-request-uuid",
  "x-attempt-number",
  "idempotency-key",
  "webhook-id",
  "webhook-timestamp",
];
const longest = 500;

/** The headers of a delivery that are kept with it: what is needed to read its body, and nothing secret. */
export function safeHeaders(headers: Pick<RequestHeaders, "get">): Record<string, string> {
  return Object.fromEntries(
    told.flatMap((name) => {
      const value = headers.get(name);
      return value ? [[name, value.slice(0, longest)]] : [];
    }),
  );
}
