import { type AuthorizationServer, authorizationServer } from "@/providers/simulator/authorization-server";
import type { SimulateOptions } from "@/providers/simulator/simulated";

type Server = SimulateOptions & { version: string };

const areas = [
  "activitypub",
  "admin",
  "issue",
  "misc",
  "notification",
  "organization",
  "package",
  "repository",
  "user",
];
const granular = [...areas.flatMap((area) => [`read:${area}`, `write:${area}`]), "public-only", "all"];
const general = ["openid", "profile", "email", "groups"];

/** The server as OAuth2 provider: routers/web/auth/oauth2_provider.go and services/oauth2_provider. */
export function oauthOf(server: Server): AuthorizationServer {
  const isForgejo = server.version.includes("+gitea-");
  return authorizationServer({
    world: server.world,
    baseUrl: server.baseUrl,
    paths: { authorize: "/login/oauth/authorize", token: "/login/oauth/access_token" },
    clientIn: "both",
    pkce: true,
    // INVALIDATE_REFRESH_TOKENS: off on Gitea, on on Forgejo. A second use is refused and ends nothing.
    rotates: isForgejo ? true : "keeps",
    onlyRefusesReuse: true,
    lifetime: 3600,
    refreshLifetime: 730 * 3600,
    scopes: granular,
    grantScopes: (asked) => granted(server.version, asked),
    grants: ["authorization_code", "refresh_token"],
    login: "acme-bot",
    now: () => server.now?.() ?? new Date(),
    prefix: "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.",
    wording,
  });
}

/** GrantAdditionalScopes: no scope, or one that is unknown, gives everything; before 1.23 all of them do. */
function granted(version: string, asked: string[]): string[] {
  const wanted = asked.filter((name) => !general.includes(name));
  const narrows = /^1\.(2[3-9]|[3-9]\d)/.test(version);
  const isKnown = wanted.length > 0 && wanted.every((name) => granular.includes(name));
  return narrows && isKnown && !wanted.includes("all") ? wanted : ["all"];
}

/** Every refusal is 400; nearly all that is wrong with a code or a token is told as the client's fault. */
function wording(error: string, grant: string | null) {
  const of = (code: string, error_description: string) => ({ status: 400, error: code, error_description });
  if (error === "invalid_client")
    return of(grant === "refresh_token" ? "invalid_client" : "unauthorized_client", "invalid client secret");
  if (error !== "invalid_grant")
    return of(error, "Only refresh_token or authorization_code grant type is supported");
  return of(
    "unauthorized_client",
    grant === "refresh_token" ? "token was already used" : "client is not authorized",
  );
}
