import { z } from "zod";
import { HostShape } from "@/features/git-provider/host-contract";
import { Method } from "@/features/git-provider/method-contract";
import { Ref, Repository } from "@/git/nouns";
import { Id, Instant, Name, optional, otherwise, PageQuery, pageOf, ReasonShape } from "@/lib/shape";
import { Report } from "@/providers/connection/report";

const Description = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\p{Cs}\0]*$/u, "This holds a character that cannot be stored.");

/** The day on which a credential ends, where its host does not tell. */
const ExpiryDay = z.iso.date().refine((day) => day >= "2000-01-01", "Give a day of this century.");

export const healthStates = ["ok", "warning", "broken", "pending", "unknown"] as const;

/** The health of the connection as of its last test. */
export const Health = z.object({
  state: z.enum(healthStates),
  reason: ReasonShape.optional(),
  checkedAt: Instant.nullable(),
  /** What is known about the expiry of the credential; with `at`, `expiresAt` is set. */
  ends: z.enum(["at", "never", "renewed", "unknown"]),
  expiresAt: Instant.optional(),
});
export type Health = z.infer<typeof Health>;

/** The non-secret fields of one provider type, its id, and `has<Secret>` for each secret. */
export const TypeFields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** One connection. Exactly one of the type objects is set. */
export const GitProvider = z.object({
  gitProviderId: Id,
  name: z.string(),
  description: z.string(),
  providerType: z.string(),
  authMethod: z.string(),
  status: z.enum(["active", "inactive"]),
  isDefault: z.boolean(),
  visibility: z.enum(["everyone", "members", "application"]),
  health: Health,
  tokenExpiresOn: z.iso.date().nullable(),
  organizationId: Id,
  userId: Id.nullable(),
  createdAt: Instant,
  updatedAt: Instant,
  /** The account on the host that the credential belongs to, as of the last test. */
  account: z.object({ name: z.string(), url: z.string().optional() }).nullable(),
  /** How many applications use it. */
  applicationCount: z.number().int(),
  lastUsedAt: Instant.nullable(),
  /** Whether the caller may only use it, or also change and share it. */
  access: z.enum(["use", "manage"]),
  github: TypeFields.nullable(),
  gitlab: TypeFields.nullable(),
  bitbucket: TypeFields.nullable(),
  bitbucketServer: TypeFields.nullable(),
  gitea: TypeFields.nullable(),
  azureDevops: TypeFields.nullable(),
  git: TypeFields.nullable(),
});
export type GitProvider = z.infer<typeof GitProvider>;

const SharedWith = z.array(z.object({ memberId: Id, access: z.enum(["use", "manage"]) }));

/** The credential that the last rotation replaced, and until when it can be restored. */
export const PreviousCredential = z.object({ authMethod: z.string(), replacedAt: Instant, until: Instant });
export type PreviousCredential = z.infer<typeof PreviousCredential>;

/** A key that was made and waits until its public half, among the fields, was added on the host. */
export const PendingKey = z.object({ madeAt: Instant, fields: TypeFields });
export type PendingKey = z.infer<typeof PendingKey>;

/** A provider with what its last test found; null before the first one. */
export const GitProviderDetail = GitProvider.extend({
  report: Report.nullable(),
  /** The members it was last shared with. Present only for callers who may manage the provider. */
  members: SharedWith,
  /** The application that alone may use it; null for a shared one. */
  applicationId: Id.nullable(),
  /** Present only for callers who may manage the provider. */
  previousCredential: PreviousCredential.nullable(),
  /** Present only for callers who may manage the provider. */
  pendingKey: PendingKey.nullable(),
  /** Page of the host on which its credentials are made or added, where the address tells it. */
  credentialPage: z.string().optional(),
  /** The certificate authorities that are trusted for this provider alone, and until when they are valid. */
  authorities: z.array(z.object({ subject: z.string(), validTo: Instant })),
});
export type GitProviderDetail = z.infer<typeof GitProviderDetail>;

/** A provider that was just made; `authorizeUrl` when a browser step is still needed. */
export const CreatedGitProvider = GitProvider.extend({
  authorizeUrl: z.string().optional(),
  /** As of `GitProviderDetail`. */
  credentialPage: z.string().optional(),
});
export type CreatedGitProvider = z.infer<typeof CreatedGitProvider>;

/** What every type's `create` takes beside its own fields. Null means absent. */
export const CreateGitProviderBase = z.object({
  name: Name,
  description: Description.nullish(),
  authMethod: z.string().max(40).nullish(),
  tokenExpiresOn: ExpiryDay.nullish(),
  /** One of the type's `hosts` by its label: then its address has to be given, and only its methods are taken. */
  host: z.string().max(100).nullish(),
});
export type CreateGitProviderBase = z.infer<typeof CreateGitProviderBase>;
/** What is absent or null stays as it is; a blank text clears it, and a blank secret keeps the stored one. */
export const UpdateGitProviderBase = CreateGitProviderBase.extend({
  name: Name.nullish(),
  tokenExpiresOn: z.union([ExpiryDay, z.literal("")]).nullish(),
});
export type UpdateGitProviderBase = z.infer<typeof UpdateGitProviderBase>;

export const OneGitProvider = z.object({ gitProviderId: Id });
export type OneGitProvider = z.infer<typeof OneGitProvider>;
export const SetGitProviderStatus = z.object({ gitProviderId: Id, status: z.enum(["active", "inactive"]) });
export type SetGitProviderStatus = z.infer<typeof SetGitProviderStatus>;
/** `isDefault: false` leaves the organization without a default. */
export const SetDefaultGitProvider = z.object({ gitProviderId: Id, isDefault: otherwise(z.boolean(), true) });
export type SetDefaultGitProvider = z.infer<typeof SetDefaultGitProvider>;

export const SetGitProviderVisibility = z.object({
  gitProviderId: Id,
  visibility: z.enum(["everyone", "members"]),
  members: optional(SharedWith.max(500)),
});
export type SetGitProviderVisibility = z.infer<typeof SetGitProviderVisibility>;

/** What stops when the provider stops. */
export const GitProviderUsage = z.object({
  applications: z.array(
    z.object({
      applicationId: Id,
      name: z.string(),
      repository: z.string(),
      environments: z.array(z.object({ environmentId: Id, name: z.string(), branch: z.string() })),
    }),
  ),
  applicationCount: z.number().int(),
  environmentCount: z.number().int(),
  lastUsedAt: Instant.nullable(),
});
export type GitProviderUsage = z.infer<typeof GitProviderUsage>;

/** Per type, by its id (`giteaId`, …); the factory adds the id field. */
export const ListRepositories = PageQuery.extend({
  search: z.string().max(200).nullish(),
  owner: z.string().max(255).nullish(),
  /** Ask the host even when a fresh list is cached. */
  refresh: optional(z.boolean()),
});
export type ListRepositories = z.infer<typeof ListRepositories>;
/** Set when the host left something out, or its list could not be read to its end: why, and what to do about it. */
const Incomplete = z.object({ reason: ReasonShape }).optional();

export const RepositoryPage = pageOf(Repository).extend({
  /** Absent when the host does not tell. */
  total: z.number().int().optional(),
  incomplete: Incomplete,
  fetchedAt: Instant,
  stale: z.boolean(),
});
export type RepositoryPage = z.infer<typeof RepositoryPage>;

export const ListRefs = PageQuery.extend({
  owner: z.string().min(1).max(500),
  repo: z.string().min(1).max(255),
  search: z.string().max(200).nullish(),
});
export type ListRefs = z.infer<typeof ListRefs>;
/** For providers without a list of repositories: the repository is named by its URL. */
export const ListRefsByUrl = PageQuery.extend({
  url: z.string().min(1).max(2048),
  search: z.string().max(200).nullish(),
});
export type ListRefsByUrl = z.infer<typeof ListRefsByUrl>;
export const RefPage = pageOf(Ref).extend({ incomplete: Incomplete });
export type RefPage = z.infer<typeof RefPage>;

export const ReassignGitProvider = z.object({
  fromGitProviderId: Id,
  toGitProviderId: Id,
  applicationIds: z.array(Id).max(1000).nullish(),
  dryRun: optional(z.boolean()),
});
export type ReassignGitProvider = z.infer<typeof ReassignGitProvider>;
export const ReassignResult = z.object({
  moved: z.array(
    z.object({ applicationId: Id, name: z.string(), reachable: z.boolean(), reason: ReasonShape.optional() }),
  ),
  dryRun: z.boolean(),
});
export type ReassignResult = z.infer<typeof ReassignResult>;

/** Beside these the new secrets, by the names of the provider's type. */
export const RotateGitProvider = z.object({
  gitProviderId: Id,
  dryRun: optional(z.boolean()),
  /** Given to change the auth method; otherwise the method is inferred from the secrets. */
  authMethod: z.string().max(40).nullish(),
  /** The day on which the new credential ends, where the host does not tell. */
  tokenExpiresOn: ExpiryDay.nullish(),
  /** `use`: verify the pending key and switch to it; `discard`: delete it. */
  pendingKey: optional(z.enum(["use", "discard"])),
  /** The same as `pendingKey`, as existing clients send it. */
  next: optional(z.enum(["use", "discard"])),
});
export type RotateGitProvider = z.infer<typeof RotateGitProvider>;
/**
 * `rotated` is false after a dry run, when the new secret does not read every repository in use, and when a key was
 * made: `pendingKey` is that key then, to be added on the host before `pendingKey: "use"`.
 */
export const RotateResult = z.object({
  rotated: z.boolean(),
  dryRun: z.boolean(),
  repositories: z.array(
    z.object({
      applicationId: Id,
      name: z.string(),
      repository: z.string(),
      reachable: z.boolean(),
      reason: ReasonShape.optional(),
    }),
  ),
  pendingKey: optional(PendingKey),
});
export type RotateResult = z.infer<typeof RotateResult>;

export const RestoreGitProvider = z.object({ gitProviderId: Id, dryRun: optional(z.boolean()) });
export type RestoreGitProvider = z.infer<typeof RestoreGitProvider>;
/** `restored` is false after a dry run, and when the old secret does not read every repository in use. */
export const RestoreResult = RotateResult.omit({ rotated: true, pendingKey: true }).extend({
  restored: z.boolean(),
});
export type RestoreResult = z.infer<typeof RestoreResult>;

/** Without a name it keeps the one it has. */
export const PromoteGitProvider = z.object({ gitProviderId: Id, name: optional(Name) });
export type PromoteGitProvider = z.infer<typeof PromoteGitProvider>;

export const RemoveGitProvider = z.object({ gitProviderId: Id, dryRun: optional(z.boolean()) });
export type RemoveGitProvider = z.infer<typeof RemoveGitProvider>;

/** What a removal did, and what is left for a person to do on the page of the host that is named. */
export const RemovalReport = z.object({
  /** False after a dry run: then `done` is what would be done. */
  removed: z.boolean(),
  done: z.array(ReasonShape),
  left: z.array(ReasonShape.extend({ url: z.string().optional() })),
});
export type RemovalReport = z.infer<typeof RemovalReport>;

export const GitProviderHealthList = z.array(
  z.object({ gitProviderId: Id, name: z.string(), health: Health }),
);
export type GitProviderHealthList = z.infer<typeof GitProviderHealthList>;

/** A provider type as pages need it for forms, logos and links. */
export const GitProviderType = z.object({
  /** Name of the router of this type: `<type>.create`, `<type>.repositories`, … */
  type: z.string(),
  idField: z.string(),
  label: z.string(),
  logo: z.string(),
  docs: z.string(),
  hosts: z.array(HostShape),
  urlField: z.string(),
  internalUrlField: z.string().optional(),
  ownerField: z.string().optional(),
  methods: z.record(z.string(), Method),
  /** False: there is no list of repositories, and branches are asked for by the URL of one. */
  hasRepositories: z.boolean(),
  /** The OAuth callback URL to enter on the host. */
  callbackUrl: z.string(),
});
export type GitProviderType = z.infer<typeof GitProviderType>;
export const GitProviderTypeList = z.array(GitProviderType);
