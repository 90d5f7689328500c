import { digest, sameDigest } from "@/access/digest";
import { env } from "@/lib/env";
import { generatedSecret } from "@/lib/generated-secret";

/** Proves at the first start that the person operates this server. Generated once and stored in the data folder. */
export function setupToken(): string {
  const { setupToken, dataDir } = env();
  return setupToken ?? generatedSecret(dataDir, "setup-token", readable);
}

/** Whether a text is the setup token, compared in constant time. */
export function isSetupToken(text: string): boolean {
  return sameDigest(digest(text.trim()), digest(setupToken()));
}

/**
 * The lines that are printed at the first start. A token that the operator set is not printed: it belongs in no
 * log.
 */
export function firstStart(url: string): string[] {
  if (env().setupToken) return [`First start: open ${url}/setup and enter the token in SLIPWAY_SETUP_TOKEN.`];
  return [`First start: open ${url}/setup and enter this set-up token:`, `  ${setupToken()}`];
}

/**
 * People copy it from a terminal: 120 bits in letters and digits, without characters that end a double-click
 * selection.
 */
function readable(random: string): string {
  return Buffer.from(random, "base64").toString("hex").slice(0, 30);
}
