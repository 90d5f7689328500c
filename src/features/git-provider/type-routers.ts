import { typeRouter } from "@/features/git-provider/type-router";
import { type ProviderType, registry } from "@/providers/registry";

/** The router of each provider type, by its name. */
export const typeRouters = Object.fromEntries(
  Object.entries(registry).map(([type, provider]) => [type, typeRouter(provider)]),
) as Record<ProviderType, ReturnType<typeof typeRouter>>;
