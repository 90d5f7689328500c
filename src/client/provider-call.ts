"use client";
import { getUntypedClient } from "@trpc/client";
import { useMemo } from "react";
import { useTRPCClient } from "@/client/trpc";
import type {
  CreatedGitProvider,
  GitProvider,
  RefPage,
  RepositoryPage,
} from "@/features/git-provider/contract";
import type { Report } from "@/providers/connection/report";

/** Answers of the procedures that every provider type has, by name. */
interface Answers {
  create: CreatedGitProvider;
  update: GitProvider;
  one: GitProvider;
  testConnection: Report;
  repositories: RepositoryPage;
  branches: RefPage;
  tags: RefPage;
}
type Query = "one" | "repositories" | "branches" | "tags";
type Mutation = "create" | "update" | "testConnection";
type Input = Record<string, unknown>;

export interface ProviderCall {
  query<Name extends Query>(
    type: string,
    name: Name,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Answers[Name]>;
  mutate<Name extends Mutation>(
    type: string,
    name: Name,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Answers[Name]>;
}

/**
 * Call `<type>.<procedure>` for a type that is only known from data. The routers of the types are made from one
 * factory, so the answers are the same for each; the compiler cannot know their names, hence this one place.
 */
export function useProviderCall(): ProviderCall {
  const client = useTRPCClient();
  return useMemo(() => {
    const bare = getUntypedClient(client);
    return {
      query: async (type, name, input, signal) =>
        (await bare.query(`${type}.${name}`, input, { signal })) as Answers[typeof name],
      mutate: async (type, name, input, signal) =>
        (await bare.mutation(`${type}.${name}`, input, { signal })) as Answers[typeof name],
    };
  }, [client]);
}

/** The query key of such a call. */
export function providerKey(type: string, name: Query, input: Input): readonly unknown[] {
  return ["provider", type, name, input];
}
