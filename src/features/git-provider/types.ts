import type { GitProviderType } from "@/features/git-provider/contract";
import { hasRepositories } from "@/features/git-provider/input/schema";
import { callbackUrl } from "@/features/git-provider/input/validate";
import type { AuthMethod, Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** What can be connected, with all that a page needs to draw it. */
export function types(): GitProviderType[] {
  return Object.values(registry).map(described);
}

/**
 * Fields that the authorization flow sets or that only Slipway knows: forms do not show them. Existing API clients may
 * send them.
 */
const untyped = ["redirectUri", "accessToken", "refreshToken"];

function described(provider: Provider): GitProviderType {
  const { manifest, type, idField } = provider;
  // A method that this version cannot authorize is saved for API clients; a form could not finish it.
  const offered = Object.entries(manifest.methods).filter(
    ([, method]) => method.kind === "form" || provider.authorization,
  );
  return {
    ...manifest,
    type,
    idField,
    methods: Object.fromEntries(offered.map(([name, method]) => [name, typed(method)])),
    hasRepositories: hasRepositories(provider),
    callbackUrl: callbackUrl(provider),
  };
}

function typed(method: AuthMethod): AuthMethod {
  if (method.kind === "form" && !method.renews) return method;
  return { ...method, fields: method.fields.filter(({ name }) => !untyped.includes(name)) };
}
