import { endpointsOf, RESOURCE, registrationOf } from "@/providers/azureDevops/entra";
import type { Secrets, Settings } from "@/providers/azureDevops/settings";
import { authorizeLink, exchangeCode } from "@/providers/kit/oauth2";
import type { Authorization } from "@/providers/provider";

/** The scope for a person, with a refresh token. */
export const USER_SCOPE = `${RESOURCE} offline_access`;

/** Sign in with Microsoft and permit an app registration. The answer of this flow names no issuer. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin(session, request) {
    const endpoints = endpointsOf(session.settings);
    const extra = { scope: USER_SCOPE, response_mode: "query", prompt: "select_account" };
    return authorizeLink(endpoints, registrationOf(session), request, extra);
  },
  async complete(session, answer) {
    return exchangeCode(session, endpointsOf(session.settings), registrationOf(session), answer);
  },
};
