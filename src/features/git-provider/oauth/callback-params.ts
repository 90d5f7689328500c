import { Fault } from "@/lib/fault";

/** The unverified parameters of a callback URL. */
export interface CallbackQuery {
  /** Empty when there is none. */
  state: string;
  /** The issuer that answers (RFC 9207). */
  iss: string | null;
  /** All but the state. */
  params: Record<string, string>;
}

const mostParams = 30;
const longest = 2_048;

/**
 * Read the query of a callback.
 * @throws Fault `invalid_input` reason `authorization_unreadable` for one that no host sends: a name twice, too many, too long
 */
export function readCallbackQuery(query: URLSearchParams): CallbackQuery {
  const pairs = [...query];
  const names = new Set(pairs.map(([name]) => name));
  const isOdd = pairs.some(
    ([name, value]) => name.length > 100 || value.length > longest || hasControl(value),
  );
  if (pairs.length > mostParams || names.size < pairs.length || isOdd) {
    throw new Fault("invalid_input", { code: "authorization_unreadable" });
  }
  const { state = "", ...params } = Object.fromEntries(pairs);
  return { state, iss: Object.hasOwn(params, "iss") ? (params.iss ?? null) : null, params };
}

function hasControl(value: string): boolean {
  return /[\0\r\n]/.test(value);
}
