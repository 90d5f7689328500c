import { messageOf, type Reason } from "@/lib/reason";

/** The kinds of failure. A new code is added to this table only. */
export type FaultCode = keyof typeof faults;

interface FaultRow {
  /** tRPC error key; tRPC has no 424, 502 or 501 of ours, so `http` decides the status that is sent. */
  trpc: string;
  http: number;
  /** Whether trying the same thing again can help: never, after a pause, or at the time the fault names. */
  retry: "never" | "backoff" | "at";
}

export const faults = {
  invalid_input: { trpc: "BAD_REQUEST", http: 400, retry: "never" },
  unauthenticated: { trpc: "UNAUTHORIZED", http: 401, retry: "never" },
  forbidden: { trpc: "FORBIDDEN", http: 403, retry: "never" },
  not_found: { trpc: "NOT_FOUND", http: 404, retry: "never" },
  method_not_allowed: { trpc: "METHOD_NOT_SUPPORTED", http: 405, retry: "never" },
  conflict: { trpc: "CONFLICT", http: 409, retry: "never" },
  too_large: { trpc: "PAYLOAD_TOO_LARGE", http: 413, retry: "never" },
  unsupported_media: { trpc: "UNSUPPORTED_MEDIA_TYPE", http: 415, retry: "never" },
  address_refused: { trpc: "UNPROCESSABLE_CONTENT", http: 422, retry: "never" },
  credential_rejected: { trpc: "PRECONDITION_FAILED", http: 424, retry: "never" },
  permission_missing: { trpc: "PRECONDITION_FAILED", http: 424, retry: "never" },
  rate_limited: { trpc: "TOO_MANY_REQUESTS", http: 429, retry: "at" },
  unsupported: { trpc: "NOT_IMPLEMENTED", http: 501, retry: "never" },
  bad_response: { trpc: "BAD_GATEWAY", http: 502, retry: "backoff" },
  unavailable: { trpc: "SERVICE_UNAVAILABLE", http: 503, retry: "backoff" },
  internal: { trpc: "INTERNAL_SERVER_ERROR", http: 500, retry: "never" },
} as const satisfies Record<string, FaultRow>;

/** Reasons that no retry can change, even where the fault code allows one. */
const finalReasons = new Set([
  "git_not_a_repository",
  "git_redirected",
  "git_request_refused",
  "git_unsafe_content",
  "host_redirects",
  "redirect_elsewhere",
  "redirect_invalid",
  "redirect_loop",
  "ssh_missing",
  "ssh_no_algorithm",
  "ssh_no_user",
  "ssh_not_ssh",
  "tls_expired",
  "tls_self_signed",
  "tls_wrong_name",
  "tree_unsafe_path",
]);

/** Whether trying the same thing again can help. */
export function retryPolicy({ code, reason }: Pick<Fault, "code" | "reason">): FaultRow["retry"] {
  return finalReasons.has(reason.code) ? "never" : faults[code].retry;
}

export interface FaultExtra {
  cause?: unknown;
  /** When a `rate_limited` caller may come back. */
  retryAt?: Date;
  /** What is wrong with which field of the caller's input. */
  issues?: { path: string; message: string }[];
  /** Public structured detail, for example the applications that still use a provider. Never a secret. */
  details?: Record<string, unknown>;
}

/**
 * The same in each copy of this module: the server's bundles evaluate it more than once, so `instanceof` would fail
 * between them.
 */
const brand = Symbol.for("slipway.fault");

/** The one error class of the product. Anything else that is thrown is a bug and is answered as `internal`. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly reason: Reason;
  readonly retryAt?: Date;
  readonly issues?: { path: string; message: string }[];
  readonly details?: Record<string, unknown>;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  constructor(code: FaultCode, reason: Reason, extra: FaultExtra = {}) {
    super(messageOf(reason), { cause: extra.cause });
    this.name = "Fault";
    this.code = code;
    this.reason = reason;
    this.retryAt = extra.retryAt;
    this.issues = extra.issues;
    this.details = extra.details;
    Object.defineProperty(this, brand, { value: true });
    // A cause may hold a request with credentials: it is for the debugger, never for a serializer.
    Object.defineProperty(this, "cause", { enumerable: false });
  }
}

/** Narrow a thrown value; anything but a Fault becomes `internal` with the original as cause. */
export function asFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault("internal", { code: "internal" }, { cause: error });
}
