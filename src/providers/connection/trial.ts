import type { Page, Repository, RepositoryKey } from "@/git/nouns";
import type { Fault } from "@/lib/fault";
import type { Probe } from "@/lib/outbound/probe";
import type { AuthMethod, Forge, Provider, ProviderSession } from "@/providers/provider";

type AnySession = ProviderSession<Record<string, unknown>, Record<string, string | null | undefined>>;

/** What a connection test is given. */
export interface ConnectionTest {
  provider: Provider;
  session: AnySession;
  /** How far the network lets us, without a credential. Never throws. */
  probe(address: string, deadlineMs: number): Promise<Probe>;
  /** The only repository that is tried and named, null where there is none yet. Without it every repository may be. */
  only?: RepositoryKey | null;
  /** Milliseconds for the whole test; 9 500 unless given. */
  deadlineMs?: number;
  /** A day given by the user, where the host hides when a credential ends: `YYYY-MM-DD`. */
  tokenExpiresOn?: string | null;
  /** Our page on which a person authorizes this connection at its host, once it is stored. */
  authorizeUrl?: string;
}

/** A test that is running. */
export interface Trial extends ConnectionTest {
  method: AuthMethod;
  forge: Forge;
  /** Name of the product in sentences. */
  host: string;
  signal: AbortSignal;
  deadlineMs: number;
  /** When the time of the whole test is over, in milliseconds. */
  endsAt: number;
}

/** The first page of repositories, why there is none, or null where the host cannot list. */
export type Listing = Page<Repository> | Fault | null;

/** A setting as text; empty when it is not set. */
export function settingOf(trial: Pick<Trial, "session">, field: string | undefined): string {
  const value = field === undefined ? undefined : trial.session.settings[field];
  return typeof value === "string" ? value.trim() : "";
}
