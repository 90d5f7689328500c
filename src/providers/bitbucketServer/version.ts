import { Fault } from "@/lib/fault";
import type { ServerApi } from "@/providers/bitbucketServer/api";
import { HOST } from "@/providers/bitbucketServer/error-mapping";

/** Application links with OAuth 2 came with 7.20. */
const since = { major: 7, minor: 20 };

/**
 * Ask the server, without a credential, whether it knows OAuth 2. One that does not tell its version is believed.
 * @throws Fault `unsupported` reason `oauth_too_old`
 */
export async function assertOAuth(api: Pick<ServerApi, "properties">): Promise<void> {
  const { version } = await api.properties();
  if (knowsOAuth(version)) return;
  throw new Fault("unsupported", { code: "oauth_too_old", params: { host: HOST, version } });
}

export function knowsOAuth(version: string): boolean {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) > since.major || (Number(major) === since.major && Number(minor) >= since.minor);
}
