import { Fault, type FaultCode } from "@/lib/fault";
import { readCertificate } from "@/lib/outbound/certificate";
import type { Target } from "@/lib/outbound/target";
import type { ReasonParams } from "@/lib/reason/table";

const certificateLookMs = 2_000;

const reasons: Record<string, [FaultCode, string]> = {
  ECONNREFUSED: ["unavailable", "connection_refused"],
  ECONNRESET: ["unavailable", "connection_reset"],
  EPIPE: ["unavailable", "connection_reset"],
  UND_ERR_SOCKET: ["unavailable", "connection_reset"],
  UND_ERR_CONNECT: ["unavailable", "connection_reset"],
  ETIMEDOUT: ["unavailable", "host_timeout"],
  EHOSTUNREACH: ["unavailable", "host_unreachable"],
  ENETUNREACH: ["unavailable", "host_unreachable"],
  EADDRNOTAVAIL: ["unavailable", "host_unreachable"],
  UND_ERR_HEADERS_OVERFLOW: ["too_large", "header_too_large"],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ["bad_response", "body_cut_short"],
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: ["bad_response", "body_cut_short"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["unavailable", "tls_self_signed"],
  SELF_SIGNED_CERT_IN_CHAIN: ["unavailable", "tls_self_signed"],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["unavailable", "tls_self_signed"],
  UNABLE_TO_GET_ISSUER_CERT: ["unavailable", "tls_self_signed"],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["unavailable", "tls_self_signed"],
  ERR_TLS_CERT_ALTNAME_INVALID: ["unavailable", "tls_wrong_name"],
  CERT_HAS_EXPIRED: ["unavailable", "tls_expired"],
  CERT_NOT_YET_VALID: ["unavailable", "tls_not_yet_valid"],
};

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** The fault behind a failed connect. For a bad certificate it names the holder and the end of its validity. */
export async function connectFault(error: unknown, target: Target): Promise<Fault> {
  if (error instanceof Fault) return error;
  const place = { host: target.host, port: target.port };
  const [code, reason] = reasons[codeOf(error)] ?? ["unavailable", tlsOrReset(error)];
  if (!reason.startsWith("tls_")) return new Fault(code, { code: reason, params: place }, { cause: error });
  const params = { ...place, ...(await certificateParams(target)) };
  return new Fault(code, { code: reason, params }, { cause: error });
}

function tlsOrReset(error: unknown): string {
  return /^(ERR_SSL|ERR_TLS|CERT_|EPROTO)/.test(codeOf(error)) ? "tls_failed" : "connection_reset";
}

async function certificateParams(target: Target): Promise<ReasonParams> {
  const found = await readCertificate(target, certificateLookMs);
  if (!found) return {};
  return { subject: found.subject, names: found.names, validFrom: found.validFrom, validTo: found.validTo };
}

/** The fault behind an exchange that broke after the connection was established. */
export function exchangeFault(error: unknown, place: { host: string; port: number }): Fault {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  const [fault, reason] = reasons[code] ?? (isParserError(error) ? notHttp : dropped);
  return new Fault(fault, { code: reason, params: place }, { cause: error });
}

/** undici does not always set the error code. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === "HTTPParserError";
}

const notHttp: [FaultCode, string] = ["bad_response", "not_http"];
const dropped: [FaultCode, string] = ["unavailable", "connection_reset"];
