import {
  dehydrate,
  type FetchInfiniteQueryOptions,
  type FetchQueryOptions,
  HydrationBoundary,
  type QueryKey,
} from "@tanstack/react-query";
import { TRPCError } from "@trpc/server";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache, type ReactNode } from "react";
import type { Permission } from "@/access/policy";
import { makeQueryClient } from "@/client/query-client";
import { signInPath } from "@/client/return-path";
import { asFault, type Fault } from "@/lib/fault";
import { faultOf } from "@/rpc/error-shape";
import { pathHeader } from "@/rpc/page-request";
import { webContext } from "@/rpc/web-context";
import { appRouter } from "@/server/root";

const queryClient = cache(makeQueryClient);

// One look-up of the caller per page, however many procedures the page reads.
const context = cache(webContext);

/** Query options that call the procedures in this process: for `prefetch` and `read` in server components. */
export const trpc = createTRPCOptionsProxy({ router: appRouter, ctx: () => context(), queryClient });

function faultBehind(error: unknown): Fault {
  return error instanceof TRPCError ? faultOf(error) : asFault(error);
}

/** The address of the page that is asked for, with its query. */
export async function pagePath(): Promise<string> {
  return (await headers()).get(pathHeader) ?? "/";
}

/** Redirect to sign-in or show the not-found page, where the fault asks for it. Other faults are left to the caller. */
async function leave(fault: Fault): Promise<void> {
  if (fault.code === "unauthenticated") redirect(signInPath(await pagePath()));
  if (fault.reason.code === "no_organization") redirect("/organizations/new");
  if (fault.code === "not_found") notFound();
}

/**
 * Read a query on the server for the first paint and return its value. Goes to the sign-in page, and from there back
 * to this one, when nobody is signed in; shows the not-found page for what is not there.
 */
export async function read<Data, Failure, Key extends QueryKey>(
  options: FetchQueryOptions<Data, Failure, Data, Key>,
): Promise<Data> {
  try {
    return await queryClient().fetchQuery({ ...options, retry: false });
  } catch (error) {
    await leave(faultBehind(error));
    throw error;
  }
}

/** The base path of the active organization's pages; redirects when there is none. */
export async function activeOrganizationPath(): Promise<string> {
  const { organization } = await read(trpc.user.me.queryOptions());
  return organization ? `/o/${organization.slug}` : redirect("/organizations/new");
}

/** The value of a query, or null when it fails. Never redirects. */
export async function peek<Data, Failure, Key extends QueryKey>(
  options: FetchQueryOptions<Data, Failure, Data, Key>,
): Promise<Data | null> {
  return queryClient()
    .fetchQuery({ ...options, retry: false })
    .catch(() => null);
}

/** Whether the person may: what is not allowed is not read ahead, since a refused call is an event of the audit. */
export async function may(permission: Permission): Promise<boolean> {
  const me = await peek(trpc.user.me.queryOptions());
  return me?.permissions.includes(permission) ?? false;
}

/** As `read` for several queries at once, without their values: one that fails is read again by the browser. */
export async function prefetch(...list: { queryKey: QueryKey }[]): Promise<void> {
  const reads = list.map((options) =>
    queryClient().fetchQuery({ ...(options as FetchQueryOptions), retry: false }),
  );
  for (const each of await Promise.allSettled(reads)) {
    if (each.status === "rejected") await leave(faultBehind(each.reason));
  }
}

/** The first page of a list that goes on: as `prefetch`, for infinite queries. */
export async function prefetchPages<Data, Failure, Key extends QueryKey, Cursor>(
  options: Omit<FetchInfiniteQueryOptions<Data, Failure, Data, Key, Cursor>, "pages">,
): Promise<void> {
  try {
    await queryClient().fetchInfiniteQuery({ ...options, retry: false });
  } catch (error) {
    await leave(faultBehind(error));
  }
}

/** Passes the data read here to the components below, in the browser too. */
export function Hydrate({ children }: { children: ReactNode }) {
  return <HydrationBoundary state={dehydrate(queryClient())}>{children}</HydrationBoundary>;
}
