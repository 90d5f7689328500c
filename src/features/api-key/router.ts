import { allApiKeys } from "@/features/api-key/all";
import {
  AllApiKeys,
  ApiKeyList,
  CreateApiKey,
  CreateApiKeyResult,
  RevokeApiKey,
} from "@/features/api-key/contract";
import { createApiKey } from "@/features/api-key/create";
import { revokeApiKey } from "@/features/api-key/revoke";
import { Nothing } from "@/lib/shape";
import { router, signedIn } from "@/rpc/procedure";

function list(summary: string) {
  return signedIn({ summary })
    .input(AllApiKeys)
    .output(ApiKeyList)
    .query(async ({ ctx, input }) => allApiKeys(await ctx.caller(), input));
}

export const apiKeyRouter = router({
  create: signedIn({ summary: "Make an API key; it is shown this once", answersSecret: true })
    .input(CreateApiKey)
    .output(CreateApiKeyResult)
    .mutation(async ({ ctx, input }) => createApiKey(await ctx.caller(), input)),
  all: list("One's own API keys, or with apiKey:write everyone's"),
  list: list("The same as apiKey.all"),
  revoke: signedIn({ summary: "Make an API key useless" })
    .input(RevokeApiKey)
    .output(Nothing)
    .mutation(async ({ ctx, input }) => revokeApiKey(await ctx.caller(), input)),
});
