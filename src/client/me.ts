"use client";
import { useQuery } from "@tanstack/react-query";
import type { Permission } from "@/access/policy";
import { useTRPC } from "@/client/trpc";

/** Who is signed in. The shell has read it already, so it is there from the first paint. */
export function useMe() {
  const trpc = useTRPC();
  return useQuery(trpc.user.me.queryOptions(undefined, { staleTime: 60_000 })).data;
}

/** Whether to offer what needs `permission`. The server decides again. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}
