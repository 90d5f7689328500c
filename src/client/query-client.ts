import { defaultShouldDehydrateQuery, QueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";

/** Only what may pass by itself is tried again; a refusal stays one. */
function worthRetrying(count: number, error: unknown): boolean {
  const { code } = clientFault(error);
  return count < 2 && (code === "unavailable" || code === "offline");
}

/** One per request on the server, one per page in the browser. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // What the server just read is not read again as soon as the page listens.
      queries: { staleTime: 15_000, retry: worthRetrying, networkMode: "always" },
      // Without a connection a call fails and says so: by default it would wait for one, with nothing to be seen.
      mutations: { retry: false, networkMode: "always" },
      dehydrate: { shouldDehydrateQuery: defaultShouldDehydrateQuery },
    },
  });
}
