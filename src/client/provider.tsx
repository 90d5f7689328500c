"use client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { type ReactNode, useState } from "react";
import { noteAnswer, noteFailure } from "@/client/connection";
import { makeQueryClient } from "@/client/query-client";
import { TRPCProvider } from "@/client/trpc";
import { organizationHeader } from "@/lib/organization-header";
import type { AppRouter } from "@/server/root";

const url = "/api/trpc";

/**
 * Calls are not batched: a slow host behind one of them would hold back the others.
 * @param organizationId of the page: the server refuses calls when another tab has made another organization active
 */
function makeClient(organizationId: string | undefined) {
  const named: Record<string, string> =
    organizationId === undefined ? {} : { [organizationHeader]: organizationId };
  const query = new URLSearchParams(named).toString();
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url: query ? `${url}?${query}` : url }),
        false: httpLink({ url, headers: named }),
      }),
    ],
  });
}

function browserQueryClient(onError: (error: unknown) => void): QueryClient {
  const onAnyError = {
    onError: (error: unknown) => {
      noteFailure(error);
      onError(error);
    },
    onSuccess: noteAnswer,
  };
  return new QueryClient({
    defaultOptions: makeQueryClient().getDefaultOptions(),
    queryCache: new QueryCache(onAnyError),
    mutationCache: new MutationCache(onAnyError),
  });
}

interface Props {
  /** Of the organization that the page shows; none for pages outside of one. */
  organizationId?: string;
  /** Called with the error of every failed call. */
  onError?(error: unknown): void;
  children: ReactNode;
}

/** Everything below may use `useTRPC`, `useQuery` and `useMutation`. Clients are made once per mount: give it a `key` to start with new ones. */
export function ClientProvider({ organizationId, onError, children }: Props) {
  const [queryClient] = useState(() => browserQueryClient((error) => onError?.(error)));
  const [trpcClient] = useState(() => makeClient(organizationId));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
