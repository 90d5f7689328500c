import type { GitRemote, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type ServerApi, type Session, serverBase } from "@/providers/bitbucketServer/api";
import { clonePath } from "@/providers/bitbucketServer/convert";
import { HOST, USER_HEADER } from "@/providers/bitbucketServer/dialect";
import { token } from "@/providers/bitbucketServer/manifest";
import { currentName } from "@/providers/bitbucketServer/refs";
import type * as server from "@/providers/bitbucketServer/schema";
import { baseText } from "@/providers/kit/base-url";
import { usableToken } from "@/providers/kit/token";
import type { Capability, Identity } from "@/providers/provider";

const first = { continuation: null, size: 1 };

/** Who the token belongs to. No call tells what it permits or when it ends. */
export async function verify(api: ServerApi, base: string): Promise<Identity> {
  const [{ name, user }, administers, version] = await Promise.all([
    whoever(api),
    api.repositories({ permission: "REPO_ADMIN" }, first).then((page) => page.items.length > 0),
    unlessRefused(api.properties()),
  ]);
  const url = user ? `${base}/users/${encodeURIComponent(user.slug)}` : undefined;
  return {
    account: { name: (user?.name ?? name).slice(0, 255), ...(url ? { url } : {}) },
    scopes: null,
    expiresAt: null,
    capabilities: Object.fromEntries(token.can.map((one) => [one, answerOf(one, administers)])),
    ...(version ? { version: version.version } : {}),
  };
}

/** Listing worked, so reading does. Webhooks need a repository to administer. */
function answerOf(capability: Capability, administers: boolean) {
  if (capability !== "webhooks" || administers) return { answer: "yes" as const };
  return { answer: "unknown" as const, reason: { code: "scopes_untold", params: { host: HOST } } };
}

interface Whoever {
  name: string;
  /** Null for the bot behind the token of a project or repository. */
  user: server.User | null;
}

/** There is no call for it: every answer names the account in a header. */
async function whoever(api: ServerApi): Promise<Whoever> {
  const { headers } = await api.repositories({ permission: "REPO_READ" }, first);
  const name = decoded(headers.get(USER_HEADER) ?? "");
  const user = await unlessRefused(api.user(slugOf(name)));
  return { name, user: user?.type === "SERVICE" ? null : user };
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not encoded: a percent sign of its own.
    return name;
  }
}

function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}._-]/gu, "_");
}

async function unlessRefused<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    const isRefusal =
      error instanceof Fault && ["not_found", "permission_missing", "invalid_input"].includes(error.code);
    if (isRefusal) return null;
    throw error;
  }
}

/** A personal token goes with its user's name; that of a project or repository with a fixed one. */
export async function remoteOf(api: ServerApi, session: Session, key: RepositoryKey): Promise<GitRemote> {
  const password = usableToken(HOST, session.secrets.accessToken);
  const path = clonePath(await currentName(api, key));
  const entered = session.settings.username?.trim();
  const username = entered || ((await whoever(api)).user?.name ?? "x-token-auth");
  return { url: `${baseText(serverBase(session.settings))}/${path}`, credential: { username, password } };
}
