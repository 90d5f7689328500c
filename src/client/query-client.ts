import { defaultShouldDehydrateQuery, QueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";

/** Only temporary failures are retried, not refusals. */
function worthRetrying(count: number, error: unknown): boolean {
  const { code } = clientFault(error);
  return count < 2 && (code === "unavailable" || code === "offline");
}

/** One per request on the server, one per page in the browser. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Data read on the server is not read again right after hydration.
      queries: { staleTime: 15_000, retry: worthRetrying, networkMode: "always" },
      // Offline calls fail with a message: by default React Query would pause them silently.
      mutations: { retry: false, networkMode: "always" },
      dehydrate: { shouldDehydrateQuery: defaultShouldDehydrateQuery },
    },
  });
}
