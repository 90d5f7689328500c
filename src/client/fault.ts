import { TRPCClientError } from "@trpc/client";

/** A failure as a page needs it. `message` is a whole sentence for people. */
export interface ClientFault {
  /** A fault code of the API, or `offline` when no answer came. */
  code: string;
  /** The code of the reason, finer than `code`; empty when no answer came. */
  reason: string;
  message: string;
  /** What is wrong with which field of the input, by the field's name. */
  issues: Record<string, string>;
  details?: Record<string, unknown>;
  requestId?: string;
  /** ISO instant. */
  retryAt?: string;
}

interface ErrorData {
  fault?: string;
  reason?: { code: string };
  requestId?: string;
  issues?: { path: string; message: string }[];
  details?: Record<string, unknown>;
  retryAt?: string;
}

/** In words of a page: the API speaks of keys here. */
const signedOut = "You are signed out. Sign in in a new tab and send again: what you typed stays here.";
const offline = "Slipway did not answer. Check the connection and try again.";
const broken = "Something went wrong on this page. Reload it and try again.";

/** Read any error that a query, a mutation or a subscription ended with. */
export function clientFault(error: unknown): ClientFault {
  if (!(error instanceof TRPCClientError))
    return { code: "internal", reason: "", message: broken, issues: {} };
  const data: ErrorData | null | undefined = error.data;
  if (!data?.fault) return { code: "offline", reason: "", message: offline, issues: {} };
  return {
    code: data.fault,
    reason: data.reason?.code ?? "",
    message: data.reason?.code === "signed_out" ? signedOut : error.message,
    issues: Object.fromEntries((data.issues ?? []).map((issue) => [issue.path, issue.message])),
    details: data.details,
    requestId: data.requestId,
    retryAt: data.retryAt,
  };
}

/**
 * What to say above a form. Null when every issue has a field of its own in `fields` and is shown there.
 */
export function formMessage(error: unknown, fields: readonly string[]): string | null {
  if (!error) return null;
  const fault = clientFault(error);
  const paths = Object.keys(fault.issues);
  const allShown =
    paths.length > 0 &&
    paths.every((path) => fields.some((field) => path === field || path.startsWith(`${field}.`)));
  return allShown ? null : fault.message;
}

/** What is wrong with one field of the input that `error` refused. */
export function issueOf(error: unknown, field: string): string | undefined {
  return error ? clientFault(error).issues[field] : undefined;
}
