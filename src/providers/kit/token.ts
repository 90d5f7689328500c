import { Fault } from "@/lib/fault";

/**
 * A pasted token as it can stand in a header.
 * @throws Fault `credential_rejected` reason `token_missing` | `token_rejected`
 */
export function usableToken(host: string, token: string | null | undefined): string {
  const text = token?.trim() ?? "";
  if (text === "") throw new Fault("credential_rejected", { code: "token_missing", params: { host } });
  // Any other character is refused by the header itself, with an error that repeats the token.
  if (!/^[\x21-\x7e]+$/.test(text)) {
    throw new Fault("credential_rejected", { code: "token_rejected", params: { host } });
  }
  return text;
}

/**
 * A token that was granted by OAuth, as it can stand in a header.
 * @throws Fault `credential_rejected` reason `authorize_pending` | `grant_refused`
 */
export function grantedToken(host: string, token: string | null | undefined): string {
  const text = token?.trim() ?? "";
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const code = text === "" ? "authorize_pending" : "grant_refused";
  throw new Fault("credential_rejected", { code, params: { host } });
}
