import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { errorMapping, HOST, missingScopes } from "@/providers/github/error-mapping";
import { Refused } from "@/providers/github/schema";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";

/** How GitHub words the refusal of a call that an App signed itself. */
export const signedErrorMapping: ErrorMapping = { ...errorMapping, rejection: signatureRejected, denial };

/** The same of a call with the token of an installation. */
export const installedErrorMapping: ErrorMapping = {
  ...errorMapping,
  rejection: () => ({ code: "app_token_rejected", params: { host: HOST } }),
  denial,
};

/** Both claims depend on the clock, and GitHub names the one it does not like. */
function signatureRejected({ headers, body }: Refusal): Reason {
  const { message } = Refused.parse(body);
  if (!/'(?:Expiration time|Issued at)' claim/.test(message))
    return { code: "app_key_rejected", params: { host: HOST } };
  const date = Date.parse(headers.get("date") ?? "");
  return { code: "app_clock", params: { host: HOST, ...(Number.isNaN(date) ? {} : { date }) } };
}

function denial(refusal: Refusal): Reason | undefined {
  const { message } = Refused.parse(refusal.body);
  if (/installation has been suspended/i.test(message))
    return { code: "installation_suspended", params: { host: HOST } };
  const scopes = missingScopes(refusal);
  if (scopes.length > 0) return { code: "app_permission_missing", params: { host: HOST, scopes } };
  return errorMapping.denial?.(refusal);
}

/** A clock that is off by more is not set right in silence. */
const mostOffMs = 24 * 3_600_000;

/** The time at GitHub, when it refused a signature for its time: one that is made for that time will do. */
export function hostClock(error: unknown, now: Date): Date | null {
  if (!(error instanceof Fault) || error.reason.code !== "app_clock") return null;
  const date = error.reason.params?.date;
  return typeof date === "number" && Math.abs(date - now.getTime()) <= mostOffMs ? new Date(date) : null;
}

/** A wrong clock says nothing against the key, so it must not end the connection. */
export function clockFault(error: unknown, now: Date): unknown {
  if (!(error instanceof Fault) || error.reason.code !== "app_clock") return error;
  const { date, ...params } = error.reason.params ?? {};
  const seconds = typeof date === "number" ? Math.round(Math.abs(date - now.getTime()) / 1000) : null;
  return new Fault("unavailable", {
    code: "app_clock",
    params: { ...params, ...(seconds ? { seconds } : {}) },
  });
}
