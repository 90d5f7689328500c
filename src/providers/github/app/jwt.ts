import { sign } from "node:crypto";
import { readKey } from "@/providers/github/app/private-key";

/** GitHub refuses what was issued in its future, so the beginning lies back by as much as clocks may differ. */
const BACK_SECONDS = 60;
/** GitHub allows ten minutes; the tenth is left for a clock that runs ahead. */
const AHEAD_SECONDS = 9 * 60;

/**
 * What an App signs its own calls with: an RS256 token for the next nine minutes. The issuer is the App's id, which
 * every Enterprise Server knows; the client id is understood by newer ones only.
 * @throws Fault `credential_rejected` reason `app_key_missing` | `app_key_unreadable`
 */
export function appJwt(app: { id: number; privateKey: string | null | undefined }, now: Date): string {
  const key = readKey(app.privateKey);
  const at = Math.floor(now.getTime() / 1000);
  const claims = { iat: at - BACK_SECONDS, exp: at + AHEAD_SECONDS, iss: String(app.id) };
  const text = `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
