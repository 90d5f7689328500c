import { forgetDrafts } from "@/client/drafts";

/** The result of signing in: a message to show, or null on success. */
export type SignInResult = string | null;

const refused = "The e-mail address and the password do not belong together. Check both and try again.";
const tooMany = "Too many tries. Wait a few minutes and try again.";
const unreachable = "Slipway did not answer. Check the connection and try again.";

async function csrfToken(): Promise<string> {
  const response = await fetch("/api/auth/csrf", { headers: { accept: "application/json" } });
  const body: { csrfToken?: string } = await response.json();
  return body.csrfToken ?? "";
}

async function post(path: string, values: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({ ...values, csrfToken: await csrfToken(), json: "true" });
  return fetch(`/api/auth/${path}`, { method: "POST", body });
}

/** next-auth reports a refusal as a query parameter of its redirect URL. */
async function refusalOf(response: Response): Promise<string | null> {
  const body: { url?: string } = await response.json();
  const error = body.url && new URL(body.url, window.location.origin).searchParams.get("error");
  if (!error) return response.ok ? null : unreachable;
  if (error === "TooManyTries") return tooMany;
  return error === "Unavailable" ? unreachable : refused;
}

/** Begin a session with e-mail and password. */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  try {
    return await refusalOf(await post("callback/credentials", { email, password }));
  } catch {
    return unreachable;
  }
}

/** End this session and go to the sign-in page. */
export async function signOut(): Promise<void> {
  try {
    await post("signout", {});
  } finally {
    forgetDrafts();
    window.location.assign("/sign-in");
  }
}
