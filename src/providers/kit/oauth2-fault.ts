import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from "oauth4webapi";
import { Fault } from "@/lib/fault";
import { isPage } from "@/providers/kit/json-api";
import { type ErrorMapping, refusalFault, type TokenRefusal } from "@/providers/kit/refusal";

/** What a failed authorization or token request means. Never holds text of the host: it may repeat what was sent. */
export async function tokenFault(error: unknown, errorMapping: ErrorMapping, now: Date): Promise<Fault> {
  if (error instanceof Fault) return error;
  if (error instanceof AuthorizationResponseError) return authorizationFault(error.error, errorMapping);
  if (!isOfProtocol(error)) {
    const reason = { code: "host_no_answer", params: { host: errorMapping.host } };
    return new Fault("unavailable", reason, { cause: error });
  }
  const answer = answerOf(error);
  if (!answer) return fault("bad_response", "host_not_json", errorMapping);
  const { status, headers } = answer;
  if (isPage(headers, ""))
    return status === 200
      ? fault("bad_response", "not_this_host", errorMapping)
      : refusalFault({ status, headers, body: null, page: "" }, errorMapping, now);
  if (status === 429 || status >= 500)
    return refusalFault({ status, headers, body: null }, errorMapping, now);
  if (error instanceof ResponseBodyError) return refusedFault(error, errorMapping, status);
  if (status === 401) return fault("credential_rejected", "client_refused", errorMapping);
  if (status === 200) return fault("bad_response", "host_not_json", errorMapping);
  return refusalFault({ status, headers, body: null }, errorMapping, now);
}

function isOfProtocol(error: unknown): boolean {
  const kinds = [
    OperationProcessingError,
    UnsupportedOperationError,
    ResponseBodyError,
    WWWAuthenticateChallengeError,
  ];
  return kinds.some((kind) => error instanceof kind);
}

function answerOf(error: unknown): Response | null {
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError)
    return error.response;
  const { cause } = error as { cause?: unknown };
  return cause instanceof Response ? cause : null;
}

function authorizationFault(error: string, errorMapping: ErrorMapping): Fault {
  if (error === "access_denied") return fault("credential_rejected", "authorization_refused", errorMapping);
  if (error === "temporarily_unavailable" || error === "server_error")
    return fault("unavailable", "host_no_answer", errorMapping);
  const params = { host: errorMapping.host, error: knownErrors.includes(error) ? error : "" };
  return new Fault("credential_rejected", { code: "authorization_failed", params });
}

/** RFC 6749 §4.1.2.1; other text may be anything. */
const knownErrors = ["invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope"];

function refusedFault(
  { error, error_description: description = "" }: ResponseBodyError,
  errorMapping: ErrorMapping,
  status: number,
): Fault {
  const meant = errorMapping.tokenRefusal?.({ error, description }) ?? standard(error);
  if (typeof meant === "object") return new Fault("credential_rejected", meant);
  if (meant === "grant") return fault("credential_rejected", "grant_refused", errorMapping);
  if (meant === "client") return fault("credential_rejected", "client_refused", errorMapping);
  if (meant === "scope") return fault("permission_missing", "scope_refused", errorMapping);
  return new Fault("bad_response", { code: "host_refuses", params: { host: errorMapping.host, status } });
}

/** RFC 6749 §5.2 */
function standard(error: string): TokenRefusal | undefined {
  if (error === "invalid_grant") return "grant";
  if (error === "invalid_scope") return "scope";
  return error === "invalid_client" || error === "unauthorized_client" ? "client" : undefined;
}

function fault(code: Fault["code"], reason: string, { host }: ErrorMapping): Fault {
  return new Fault(code, { code: reason, params: { host } });
}
