"use client";
import { useQuery } from "@tanstack/react-query";
import { mayGrant } from "@/access/policy";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Role } from "@/features/role/contract";

/** The roles that the person may hand out: none that may do more than they. */
export function useGrantable(): Role[] {
  const trpc = useTRPC();
  const own = useMe()?.permissions ?? [];
  const roles = useQuery(trpc.role.all.queryOptions()).data?.items ?? [];
  return roles.filter(({ permissions }) => mayGrant(own, permissions));
}
