"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import { clientFault } from "@/client/fault";
import { makeQueryClient } from "@/client/query-client";
import { signInPath } from "@/client/return-path";
import { TRPCProvider } from "@/client/trpc";
import type { AppRouter } from "@/server/root";

const url = "/api/trpc";

/** Calls are not batched: a slow host behind one of them would hold back the others. */
function makeClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: httpLink({ url }),
      }),
    ],
  });
}

/** A session that ended while the page was open: sign in, and come back here. */
function leaveWhenSignedOut(error: unknown): void {
  if (clientFault(error).code !== "unauthenticated") return;
  const { pathname, search } = window.location;
  if (!pathname.startsWith("/sign-in")) window.location.assign(signInPath(pathname + search));
}

function browserQueryClient(): QueryClient {
  const defaults = makeQueryClient().getDefaultOptions();
  const queryCache = new QueryCache({ onError: leaveWhenSignedOut });
  return new QueryClient({ defaultOptions: defaults, queryCache });
}

/** Everything below may use `useTRPC`, `useQuery` and `useMutation`. */
export function ClientProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(browserQueryClient);
  const [trpcClient] = useState(makeClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
