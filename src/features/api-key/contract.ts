import { z } from "zod";
import { permissions } from "@/access/policy";
import { Id, Instant, Name, PageQuery, pageOf } from "@/lib/shape";

export const ApiKey = z.object({
  apiKeyId: Id,
  name: z.string(),
  prefix: z.string(),
  lastFour: z.string(),
  permissions: z.array(z.enum(permissions)),
  memberId: Id,
  memberName: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/** Without `permissions` the key gets all permissions of its creator. */
export const CreateApiKey = z.object({
  name: Name,
  permissions: z.array(z.enum(permissions)).max(permissions.length).nullish(),
  expiresAt: Instant.nullish(),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;
/** `key` is shown this once. */
export const CreateApiKeyResult = ApiKey.extend({ key: z.string() });
export type CreateApiKeyResult = z.infer<typeof CreateApiKeyResult>;

export const AllApiKeys = PageQuery;
export type AllApiKeys = z.infer<typeof AllApiKeys>;
export const ApiKeyList = pageOf(ApiKey);
export type ApiKeyList = z.infer<typeof ApiKeyList>;
export const RevokeApiKey = z.object({ apiKeyId: Id });
export type RevokeApiKey = z.infer<typeof RevokeApiKey>;
