import { digest, sameDigest } from "@/access/digest";
import { env } from "@/lib/env";
import { generatedSecret } from "@/lib/generated-secret";

/** What proves, at the first start, that someone runs this server. Made once and kept in the data folder. */
export function setupToken(): string {
  const { setupToken, dataDir } = env();
  return setupToken ?? generatedSecret(dataDir, "setup-token", readable);
}

/** Whether a text is the set-up token, in a time that tells nothing about it. */
export function isSetupToken(text: string): boolean {
  return sameDigest(digest(text.trim()), digest(setupToken()));
}

/** What a person is told at the first start. A token that the operator gave is known to him, and belongs in no log. */
export function firstStart(url: string): string[] {
  if (env().setupToken) return [`First start: open ${url}/setup and enter the token in SLIPWAY_SETUP_TOKEN.`];
  return [`First start: open ${url}/setup and enter this set-up token:`, `  ${setupToken()}`];
}

/** It is copied by people from a terminal: 120 bits in letters and digits, without signs that break a selection. */
function readable(random: string): string {
  return Buffer.from(random, "base64").toString("hex").slice(0, 30);
}
