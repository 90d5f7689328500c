import type { Guard } from "../guard";

const renewal = "src/features/git-provider/token/refresh.test.ts";
const flow = "src/features/git-provider/oauth/authorization-flow.test.ts";
const file = "src/features/git-provider/oauth/state.ts";

/** Authorizing in the browser, and renewing what came of it. */
export const authorization: Guard[] = [
  {
    name: "state single use",
    file,
    text: `AND "usedAt" IS NULL AND`,
    without: "AND",
    proofs: [{ file: flow, test: "works once, also when two callbacks arrive at the same moment" }],
  },
  {
    name: "state–session binding",
    file,
    text: `AND "sessionId" = $2 AND "userId" = $3`,
    without: `AND $2 <> $3`,
    proofs: [
      {
        file: flow,
        test: "is refused in another person's session, in another browser of the same person, or with an API key",
      },
    ],
  },
  {
    name: "state lifetime",
    file: "src/features/git-provider/oauth/callback.ts",
    text: `if (!flow.live) throw refusal({ code: "authorization_expired" });`,
    without: "",
    proofs: [{ file: flow, test: "expires after ten minutes" }],
  },
  {
    name: "issuer check",
    file: "src/features/git-provider/oauth/complete.ts",
    text: "if (iss === null || (isKnown ? iss : urlOf(iss)?.origin) === issuer) return;",
    without: "if (iss === null || urlOf(iss)?.origin !== null) return;",
    proofs: [
      {
        file: flow,
        test: "is refused when the callback names another issuer, before the code is sent anywhere",
      },
      { file: flow, test: "is refused when the issuer is on another origin than the authorization page" },
    ],
  },
  {
    name: "refresh lease",
    file: "src/features/git-provider/token/lease.ts",
    text: `AND COALESCE("renewalHeldUntil" <= now() OR \${isOfFuture}, true)`,
    without: "",
    proofs: [
      {
        file: "src/features/git-provider/token/lease.test.ts",
        test: "is acquired by one of twenty concurrent callers",
      },
    ],
  },
  {
    name: "no renewal into a changed connection",
    file: "src/features/git-provider/token/lease.ts",
    text: "if (kept === 0) return (await tx.gitProvider.count({ where: { gitProviderId, credentialVersion } })) > 0;",
    without: "",
    proofs: [
      {
        file: "src/features/git-provider/token/refresh.test.ts",
        test: "does not overwrite a token that a person stored meanwhile",
      },
    ],
  },
  {
    name: "a lost answer ends the refresh token for good",
    file: "src/features/git-provider/token/refresh.ts",
    text: "isFinal ? null : refusedSeconds",
    without: "refusedSeconds",
    proofs: [
      {
        file: "src/features/git-provider/token/refresh.test.ts",
        test: "breaks the connection when it happens twice, since the refresh token may be used up",
      },
    ],
  },
  {
    name: "the auth method of now after a wait for a renewal",
    file: "src/features/git-provider/token/ensure-fresh.ts",
    text: "authMethod: now.authMethod, settings",
    without: "settings",
    proofs: [
      {
        file: "src/features/git-provider/token/refresh.test.ts",
        test: "uses the auth method that a person changed to while the refresh waited for another process",
      },
    ],
  },
  {
    name: "records of invented states",
    file: "src/server/oauth-callback-handler.ts",
    text: "problem?.isKnownFlow || isFirstThisMinute(",
    without: "problem !== null || isFirstThisMinute(",
    proofs: [
      { file: flow, test: "writes one audit record a minute, however often somebody invents a state" },
    ],
  },
  {
    name: "a refresh token that may be used up is not sent again at once",
    file: "src/features/git-provider/token/lease.ts",
    text: `<> 'client_refused' AND ("renewalPause"->>'sent')::boolean`,
    without: `= 'none' AND ("renewalPause"->>'sent')::boolean`,
    proofs: [
      {
        file: renewal,
        test: "and answers %s is not sent the refresh token again by tests that follow at once",
      },
      { file: renewal, test: "and answers 502 to a rotation is not sent the refresh token again at once" },
    ],
  },
];
