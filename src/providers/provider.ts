/**
 * The contract every forge fulfils. Read this file, then write a folder beside `gitea/`.
 * A provider owns no state, reaches nothing but its session, and throws nothing but `Fault`.
 */
import type { z } from "zod";
import type { GitRemote, Page, Ref, Repository, RepositoryKey, ResolvedRef } from "@/git/nouns";
import type { Http } from "@/lib/http";
import type { Reason } from "@/lib/reason";
import type { Capability } from "@/providers/capability";
import type { Completing } from "@/providers/completing";
import type { GitPort } from "@/providers/git-port";
import type { Host } from "@/providers/host";
import type { Product } from "@/providers/product";
import type { Reporting } from "@/providers/reporting";
import type { SecretKind } from "@/providers/secret-kind";
import type { Webhooks } from "@/providers/webhook";

/** One input of the guided form. `name` is the field of the public API and the column of the provider's table. */
export interface Field {
  name: string;
  label: string;
  help?: string;
  placeholder?: string;
  required?: boolean;
  /** Sealed at rest, never returned; drawn as a password input. */
  secret?: boolean;
  kinds?: SecretKind[];
  /**
   * This word in place of the secret has Slipway make one. A person adds its public half on the host, so a rotation to
   * a made one takes two steps: it is made and shown, and takes over once it was added.
   */
  generates?: string;
  kind?: "text" | "url" | "date" | "multiline" | "choice";
  /** Of a field of kind `choice`; the first is meant when none is chosen. */
  choices?: { value: string; label: string }[];
  /** Shown behind "More options". */
  advanced?: boolean;
}

/** A permission to tick on the host, and what it is for. */
export interface Scope {
  name: string;
  why: string;
  /** The capabilities that do not work without it. */
  needs: Capability[];
  optional?: boolean;
}

/** One way to authorize a provider, as plain data for the form, the docs and the API reference. */
export interface AuthMethod {
  kind: "form" | "redirect";
  label: string;
  /** One sentence: why choose this one. */
  why: string;
  recommended?: boolean;
  /** Set when the host has ended the method: what happened and when. It still saves, and the report says so. */
  removed?: string;
  fields: Field[];
  scopes: Scope[];
  /** The clicks on the host, in order. `{field}` is replaced by the value typed in the form. */
  steps: string[];
  /** The host's page where the credential is made; `{field}` as above. */
  credentialPage?: string;
  /** What each capability is able to do with this method, for the small ticks beside the method. */
  can: Capability[];
  /** Secret fields that must be given; the method is inferred from them when `authMethod` is absent. */
  requires: string[];
  /** Whoever gives `any` of these fields has to give all that it `needs`: an App's id is nothing without its key. */
  together?: { any: string[]; needs: string[] };
  /** The setting that names the application on the host: the tokens that one was granted are not another one's. */
  client?: string;
  /** Fields of a `redirect` method that leave no step in the browser when they are given; else `accessToken`. */
  authorized?: string[];
  /** The field with the address where a person signs in, when that is not the host's own; `usual` where it is empty. */
  signIn?: { field: string; usual: string };
  /** What to do about a permission that is missing, where the credential is not replaced for it. */
  mending?: string;
  /** The access token is short-lived: the core has `renew` make the next one before `expiresAt`, or after a refusal. */
  renews?: boolean;
}

/** Everything a page, the API reference or the docs may know of a provider. Plain data, safe for the browser. */
export interface Manifest {
  label: string;
  logo: string;
  docs: string;
  hosts: Host[];
  /** The settings field with the public base URL of the host. */
  urlField: string;
  /** The settings field for server-to-server calls, where there is one. */
  internalUrlField?: string;
  /** The settings field that narrows to one organization, group or workspace. */
  ownerField?: string;
  methods: Record<string, AuthMethod>;
}

/** A connection as the core keeps it. `http` is lib/outbound in production and a simulated host in tests. */
export interface ProviderSession<Settings, Secrets> {
  authMethod: string;
  settings: Settings;
  secrets: Secrets;
  http: Http;
  git: GitPort;
  now: () => Date;
  signal?: AbortSignal;
  /** Store settings that were found out, such as host keys; it stays the same connection. Absent when not saved. */
  keep?(settings: Record<string, string | null>): Promise<void>;
}

/** All a provider's code is given: settings and secrets parsed by its schemas, and its address read. */
export interface HostSession<Settings, Secrets> extends ProviderSession<Settings, Secrets> {
  /** Where the host is called: its internal address where there is one. It ends in a slash. */
  base: URL;
}

export type Answer = "yes" | "no" | "unknown";

/** What the host says of a credential. */
export interface Identity {
  account: { name: string; url?: string } | null;
  /** Granted scopes; null when the host does not tell. */
  scopes: string[] | null;
  /** Names of the method's scopes that are not granted, as far as that is known. */
  missingScopes?: string[];
  /** When the credential ends, if the host tells: an ISO instant. `"never"` when the host's credentials do not end. */
  expiresAt: string | "never" | null;
  rateLimit?: RateLimit;
  /** What a person should know of this credential though it works: a warning beside the scopes. */
  notes?: Reason[];
  /** Per capability: does it work, and if not, or not known, why. */
  capabilities: Partial<Record<Capability, { answer: Answer; reason?: Reason }>>;
  /** The host's version text, when known. */
  version?: string;
}

export interface RateLimit {
  limit: number;
  remaining: number;
  resetsAt: string;
}

export interface RepositoryQuery {
  search?: string;
  /** Only this organization, group or user, with its sub-groups; `acme` never matches `acme-evil`. */
  owner?: string;
  cursor?: string;
  limit: number;
}

export interface RefQuery {
  kind: "branch" | "tag";
  search?: string;
  cursor?: string;
  limit: number;
}

/** One opened connection. Nothing is sent until a method is called. An absent capability is an absent member. */
export interface Forge extends Reporting {
  /** Is this the right kind of product at all? Sends no credential. @throws Fault `bad_response` reason `not_this_host` */
  probe(): Promise<Product>;
  /** Who the credential belongs to and what it may do. @throws Fault `credential_rejected` | `rate_limited` | `unavailable` */
  verify(): Promise<Identity>;
  repositories?: {
    /** @throws Fault `not_found` reason `owner_not_found` for an owner that is not there; one without any is empty */
    list(query: RepositoryQuery): Promise<Page<Repository>>;
    get(key: RepositoryKey): Promise<Repository>;
  };
  refs: {
    list(key: RepositoryKey, query: RefQuery): Promise<Page<Ref>>;
    /** The exact commit of a branch, a tag or a full commit id. @throws Fault `not_found` reason `ref_gone` | `repository_empty` */
    resolve(key: RepositoryKey, ref: string): Promise<ResolvedRef>;
  };
  git: {
    remote(key: RepositoryKey): Promise<GitRemote>;
  };
  /** Organizations or groups the credential can see, to name near matches of a mistyped one. */
  owners?: { list(): Promise<string[]> };
  /** The page of a repository, branch or credential on the host, for links in reports. */
  page(kind: "credentials" | "repository" | "owner", name?: string): string | undefined;
}

/** What a person's browser does next: follow a link, or post a form that the page shows first, to its origin alone. */
export type BrowserStep =
  | { kind: "link"; url: string }
  | { kind: "form"; url: string; fields: Record<string, string> };

/** What goes into the first URL. All of it belongs to the core: single use, hashed at rest, bound to the session. */
export interface AuthorizationRequest {
  /** The step that begins: `authorize`, or another name of `Authorization.steps`. */
  step: string;
  state: string;
  /** `<SLIPWAY_URL>/api/<type>/callback`, the same in both requests of a flow. */
  redirectUri: string;
  /** S256 challenge (RFC 7636), for hosts that know it; others ignore it. */
  codeChallenge: string;
  /** `<SLIPWAY_URL>`, for a host that asks for a home page or webhooks. */
  publicUrl: string;
  /** Hosts on the Internet reach `publicUrl`: false for localhost and private addresses. */
  publiclyReachable: boolean;
  /** Id of the type's own row, for a webhook address: `githubId`. */
  rowId: string;
}

/** The host's answer, brought back by the browser: nothing in it is believed before the host was asked. */
export interface CallbackParams {
  step: string;
  /** Query parameters of the callback, without `state`. Each value at most 2,048 characters. */
  params: Readonly<Record<string, string>>;
  redirectUri: string;
  codeVerifier: string;
}

/** What a flow or a renewal gives: columns to store. Absent ones stay as they are; null takes one away. */
export interface Grant {
  settings?: Record<string, string | number | null>;
  secrets?: Record<string, string | null>;
  /** A further step that has to follow at once: the install step of a GitHub App. */
  next?: string;
  /** Nothing to verify yet, and why: an installation that waits for an owner's approval. */
  pending?: Reason;
}

/** How a person authorizes a connection in the browser. Only for auth methods of kind `redirect`. */
export interface Authorization<Settings, Secrets, Session = HostSession<Settings, Secrets>> {
  /** Where the browser goes. @throws Fault when the host is known not to support it, with what to use instead */
  begin(session: Session, request: AuthorizationRequest): Promise<BrowserStep>;
  /**
   * Trade what came back for what is stored. The core verifies the result with `Forge.verify` before it saves.
   * @throws Fault `credential_rejected` reason `authorization_refused` (the person or the host said no) | `authorization_failed`
   */
  complete(session: Session, answer: CallbackParams): Promise<Grant>;
  /** The issuer that `iss` in the answer must equal (RFC 9207), where the host sends one. */
  issuer?(settings: Settings): string;
  /** The step a flow begins with, when it is not `authorize`: an App that exists is only installed. */
  firstStep?(session: Session): string;
}

/** What was taken away at the host, and what a person still has to do there. Both are lines of the removal report. */
export interface Revocation {
  done: Reason[];
  left: Reason[];
}

/**
 * What a URL pasted by a person means on a host of this type. Where a branch may have slashes the link does not show
 * its end: `ref` is then the first segment, and segments of `path` may belong to it.
 */
export interface ParsedUrl {
  fullName: string;
  ref?: string;
  path?: string;
  commit?: string;
}

export interface ProviderSpec<Settings, Secrets, Session = HostSession<Settings, Secrets>> {
  manifest: Manifest;
  /** Non-secret columns of the provider's table. Also parses what the database returns. */
  settings: z.ZodType<Settings> & { shape: Record<string, z.ZodType> };
  /** Secret columns: sealed at rest, never returned. */
  secrets: z.ZodType<Secrets> & { shape: Record<string, z.ZodType> };
  /** Settings fields that decide where a secret is sent: changing one demands the secret again. */
  addressFields: string[];
  /** Its servers may have a certificate authority of their own, in the column `caCertificate`. */
  takesAuthority?: boolean;
  /** The method that is meant when none is named, where an address tells it. */
  inferMethod?(given: { settings: Record<string, unknown>; secrets: Record<string, string> }): string | null;
  /** Fields that nobody types: a key that is made, its public half. @throws Fault `invalid_input` with issues */
  complete?(given: Completing): Promise<Record<string, string>>;
  /** Other names that existing clients send for a field. */
  aliases?: Record<string, string>;
  open(session: Session): Forge;
  authorization?: Authorization<Settings, Secrets, Session>;
  /**
   * Ask the host for the next access token, once. The core holds the lease, stores the grant (`accessToken`, and
   * `expiresAt` in Unix seconds where the host tells) before anyone uses it, and decides what a failure means.
   * @throws Fault `credential_rejected` for good: the grant is gone | `rate_limited` | `unavailable` | `bad_response`
   */
  renew?(session: Session): Promise<Grant>;
  /** End the credential at the host, as far as the host lets us. A credential that is gone already counts as done. */
  revoke?(session: Session): Promise<Revocation>;
  /** Read a pasted URL that lies on this host; null when it is not one of a repository. */
  parseUrl(url: URL, settings: Settings): ParsedUrl | null;
  /** How the host tells of pushes and pull requests; absent where it cannot, and branches are looked at instead. */
  webhooks?: Webhooks;
}

type AnySettings = Record<string, unknown>;
type AnySecrets = Record<string, string | null | undefined>;

/** What the core sees: the types are checked at the edge of the folder and then forgotten. */
export interface Provider
  extends ProviderSpec<AnySettings, AnySecrets, ProviderSession<AnySettings, AnySecrets>> {
  /** The provider type, which is also the tRPC router name, the table and the Prisma model: `gitea`. */
  readonly type: string;
  /** Name of the table's id: `giteaId`. */
  readonly idField: string;
}
