import type { Permission } from "@/access/policy";

/** Where a request came from; for throttling and records. */
export interface Origin {
  requestId: string;
  /** Network address of the client. */
  address: string;
  userAgent: string;
}

/** Headers of a request by their name in small letters: `Headers`, or a Map. */
export interface RequestHeaders {
  get(name: string): string | null | undefined;
  has(name: string): boolean;
}

/** A signed-in person or the bearer of an API key. */
export interface Principal {
  userId: string;
  email: string;
  /** Full name or e-mail, for "deployed by …". */
  name: string;
  instanceAdmin: boolean;
  via: { kind: "session"; sessionId: string } | { kind: "key"; apiKeyId: string; keyName: string };
  origin: Origin;
}

/** A principal acting in one organization: what every organization-scoped verb receives first. */
export interface Caller extends Principal {
  organizationId: string;
  memberId: string;
  /** A preset, or the id of a role of the organization. */
  role: string;
  permissions: ReadonlySet<Permission>;
}
