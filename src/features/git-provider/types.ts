import { callbackUrl } from "@/features/git-provider/check";
import type { GitProviderType } from "@/features/git-provider/contract";
import { hasRepositories } from "@/features/git-provider/type-input";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** What can be connected, with all that a page needs to draw it. */
export function types(): GitProviderType[] {
  return Object.values(registry).map(described);
}

function described(provider: Provider): GitProviderType {
  const { manifest, type, idField } = provider;
  // A method with a step in the browser can be saved by API clients; a form cannot finish it.
  const forms = Object.entries(manifest.methods).filter(([, method]) => method.kind === "form");
  return {
    ...manifest,
    type,
    idField,
    methods: Object.fromEntries(forms),
    hasRepositories: hasRepositories(provider),
    callbackUrl: callbackUrl(provider),
  };
}
