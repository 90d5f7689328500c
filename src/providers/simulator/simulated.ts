import type { Outgoing, WorldEvent } from "@/providers/simulator/hooks";
import type { World, WorldRepository } from "@/providers/simulator/world";

/** How to build a simulated host: every provider folder's `fake.ts` exports `simulate: Simulate`. */
export type Simulate = (options: SimulateOptions) => Simulated;

export interface SimulateOptions {
  world: World;
  /** The public base URL, with its sub-path if it has one. */
  baseUrl: string;
  now?: () => Date;
  /** Version of the host, in its own words; each fake has a default. */
  version?: string;
}

/** A host of one kind over a world: `Request → Response`, no network. */
export interface Simulated {
  /** The host's answer to a request of its API or its pages. Never throws. */
  respond(request: Request): Promise<Response>;
  /** Name that this kind of host gives a repository; null when it cannot hold it (a sub-group where there are none). */
  fullName(repository: WorldRepository): string | null;
  /** The host's permanent id of a repository; its number in the world where there is none of its own. */
  idOf?(repository: WorldRepository): string;
  /** Page of a repository below the base address; its full name where it is not told. */
  webPath?(repository: WorldRepository): string;
  /** Where git fetches a repository, below the base address; `<full name>.git` where it is not told. */
  gitPath?(repository: WorldRepository): string;
  /** Whether the list of everything holds what is open to everybody, and not only what was given to the account. */
  readonly listsPublic?: boolean;
  /** Whether it is told as private, where that does not stand in the repository itself. */
  isPrivate?(repository: WorldRepository): boolean;
  /** Requests that the first page of everything costs, where the host has no list of everything; else 1. */
  readonly firstPageRequests?: number;
  /** May these credentials read the repository with git? Both null for an anonymous request. */
  mayReadGit(repository: WorldRepository, username: string | null, password: string | null): boolean;
  /** What the host would send to the hooks of a repository because of this; absent where it has no hooks. */
  deliveries?(repository: WorldRepository, event: WorldEvent): Outgoing[];
  /** Auth method, settings and secrets of a connection with this token of the world. */
  connection(token: string): SimulatedConnection;
  /** Further auth methods with a token of the world, by their names: the scenario is run for each of them as well. */
  readonly connections?: Record<string, (token: string) => SimulatedConnection>;
  /** Settings of OAuth beside those of the connection, where only the host's own address knows OAuth. */
  readonly oauthSettings?: Record<string, unknown>;
  /** Scopes that a token needs for everything the provider offers, in the host's words. */
  readonly scopes: string[];
}

export interface SimulatedConnection {
  authMethod: string;
  settings: Record<string, unknown>;
  secrets: Record<string, string | null>;
}
