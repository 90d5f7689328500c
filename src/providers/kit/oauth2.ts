import * as oauth from "oauth4webapi";
import { tokenFault } from "@/providers/kit/oauth2-fault";
import type { ErrorMapping } from "@/providers/kit/refusal";
import { plainTokens } from "@/providers/kit/token-answer";
import type {
  AuthorizationRequest,
  BrowserStep,
  CallbackParams,
  Grant,
  ProviderSession,
} from "@/providers/provider";

/** Where a host's OAuth endpoints are, and how requests have to be sent (RFC 6749). */
export interface OAuthEndpoints {
  errorMapping: ErrorMapping;
  /** On the public address: the browser goes there. */
  authorizeUrl: URL;
  /** On the internal address where there is one. */
  tokenUrl: URL;
  /** RFC 7009; absent where the host has none. */
  revokeUrl?: URL;
  /** Where the client's id and secret go. */
  clientIn: "body" | "header";
  /** The host checks an S256 challenge. */
  pkce: boolean;
}

export interface OAuthClient {
  id: string;
  secret: string;
}

type Session = Pick<ProviderSession<unknown, unknown>, "http" | "now" | "signal">;

/** Time limit of one token request, which is never retried. */
const deadlineMs = 15_000;

/** The link to the host's consent page. `extra` wins over what stands here. */
export function authorizeLink(
  endpoints: OAuthEndpoints,
  client: Pick<OAuthClient, "id">,
  request: Pick<AuthorizationRequest, "state" | "redirectUri" | "codeChallenge">,
  { scope, ...extra }: { scope?: string } & Record<string, string | undefined>,
): BrowserStep {
  const url = new URL(endpoints.authorizeUrl);
  const query: Record<string, string | undefined> = {
    response_type: "code",
    client_id: client.id,
    redirect_uri: request.redirectUri,
    state: request.state,
    scope,
    ...(endpoints.pkce && { code_challenge: request.codeChallenge, code_challenge_method: "S256" }),
    ...extra,
  };
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  return { kind: "link", url: url.href };
}

/**
 * Trade the code of a callback for tokens.
 * @throws Fault `credential_rejected` (`authorization_refused`, `authorization_failed`, `grant_refused`, `client_refused`) | `permission_missing` |
 * `rate_limited` | `unavailable` | `bad_response`
 */
export async function exchangeCode(
  session: Session,
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  answer: CallbackParams,
): Promise<Grant> {
  const verifier = endpoints.pkce ? answer.codeVerifier : oauth.nopkce;
  const grant = await asked(session, endpoints, client, async (...to) => {
    const [server, known, authentication, options] = to;
    // State and issuer were checked by the core, which alone knows what was sent.
    const { iss: _iss, ...params } = answer.params;
    const checked = oauth.validateAuthResponse(
      server,
      known,
      new URLSearchParams(params),
      oauth.skipStateCheck,
    );
    const { redirectUri } = answer;
    return oauth.authorizationCodeGrantRequest(
      server,
      known,
      authentication,
      checked,
      redirectUri,
      verifier,
      options,
    );
  });
  // A stored refresh token belongs to an earlier flow.
  return { ...grant, secrets: { refreshToken: null, ...grant.secrets } };
}

/** Trade a refresh token for the next tokens. @throws Fault as `exchangeCode` */
export async function refreshGrant(
  session: Session,
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  refreshToken: string,
  extra: Record<string, string> = {},
): Promise<Grant> {
  return asked(session, endpoints, client, (server, known, authentication, options) =>
    oauth.refreshTokenGrantRequest(server, known, authentication, refreshToken, {
      ...options,
      additionalParameters: extra,
    }),
  );
}

/** A token for the client itself, without a person. @throws Fault as `exchangeCode` */
export async function clientGrant(
  session: Session,
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  params: Record<string, string>,
): Promise<Grant> {
  return asked(session, endpoints, client, (server, known, authentication, options) =>
    oauth.clientCredentialsGrantRequest(server, known, authentication, params, options),
  );
}

/** Revoke a token (RFC 7009). One that is gone already counts. @throws Fault as `exchangeCode` */
export async function revokeToken(
  session: Session,
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  token: string,
): Promise<void> {
  try {
    const [server, known, authentication, options] = parts(session, endpoints, client);
    const response = await oauth.revocationRequest(server, known, authentication, token, options);
    await oauth.processRevocationResponse(response);
  } catch (error) {
    throw await tokenFault(error, endpoints.errorMapping, session.now());
  }
}

type Parts = ReturnType<typeof parts>;

async function asked(
  session: Session,
  endpoints: OAuthEndpoints,
  client: OAuthClient,
  ask: (...to: Parts) => Promise<Response>,
): Promise<Grant> {
  try {
    const to = parts(session, endpoints, client);
    const response = await plainTokens(await ask(...to), endpoints.errorMapping.host);
    return grantOf(await oauth.processGenericTokenEndpointResponse(to[0], to[1], response), session.now());
  } catch (error) {
    throw await tokenFault(error, endpoints.errorMapping, session.now());
  }
}

function parts({ http, signal }: Session, endpoints: OAuthEndpoints, client: OAuthClient) {
  const server: oauth.AuthorizationServer = {
    issuer: endpoints.authorizeUrl.origin,
    token_endpoint: endpoints.tokenUrl.href,
    revocation_endpoint: endpoints.revokeUrl?.href,
  };
  const known: oauth.Client = { client_id: client.id };
  const authentication =
    endpoints.clientIn === "header" ? basicOf(client) : oauth.ClientSecretPost(client.secret);
  const options = {
    // Which addresses may be called, and whether without TLS, is the outbound client's decision.
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, init: RequestInit) =>
      http.send(new Request(url, { ...init, signal }), { deadlineMs, maxBytes: 256 * 1024 }),
  };
  return [server, known, authentication, options] as const;
}

/**
 * RFC 6749 §2.3.1 wants id and secret encoded, and many hosts do not decode: what may stand as it is, such as a dash, is
 * left alone, so that both kinds of host read the same.
 */
function basicOf({ id, secret }: OAuthClient): oauth.ClientAuth {
  const text = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return (_server, _known, _body, headers) =>
    headers.set("authorization", `Basic ${Buffer.from(text).toString("base64")}`);
}

/** PostgreSQL int4: larger values would overflow the column. */
const latest = 2 ** 31 - 1;

/** Hosts that keep the refresh token leave it out of the answer: the stored one stays. */
function grantOf(answer: oauth.TokenEndpointResponse, now: Date): Grant {
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = answer;
  const expiresAt =
    seconds === undefined ? null : Math.min(latest, Math.floor(now.getTime() / 1000 + seconds));
  return { settings: { expiresAt }, secrets: { accessToken, ...(refreshToken && { refreshToken }) } };
}
