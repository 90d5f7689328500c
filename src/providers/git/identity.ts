import { isSshUrl, readSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { refsOf } from "@/providers/git/refs";
import type { Session } from "@/providers/git/target";
import type { Answer, Identity } from "@/providers/provider";

/** Git knows no accounts, scopes or ends; whether a credential works shows at a repository, and there only. */
export async function verify(session: Session): Promise<Identity> {
  const line = await tried(session);
  const capabilities = { branches: line, gitRead: line };
  return { account: null, scopes: null, expiresAt: null, capabilities };
}

interface Line {
  answer: Answer;
  reason?: Reason;
}

async function tried(session: Session): Promise<Line> {
  const { gitUrl } = session.settings;
  if (!gitUrl) return { answer: "unknown", reason: { code: "git_nothing_to_ask" } };
  if (session.authMethod === "ssh" && !session.secrets.privateKey)
    return { answer: "unknown", reason: { code: "ssh_key_not_made" } };
  if (isWholeServer(gitUrl)) return { answer: "unknown", reason: { code: "git_folder" } };
  try {
    await refsOf(session, { fullName: gitUrl });
    return { answer: "yes" };
  } catch (error) {
    if (error instanceof Fault && notThere.includes(error.code) && !isStranger(error))
      return lineOf(error, gitUrl);
    throw error;
  }
}

/** There is no repository at the root of a server: what it answers there says nothing of the credential. */
function isWholeServer(gitUrl: string): boolean {
  return isSshUrl(gitUrl) ? readSshUrl(gitUrl).path === "" : new URL(gitUrl).pathname === "/";
}

/** A server that is not the one it was is no folder without a repository. */
function isStranger({ reason }: Fault): boolean {
  return reason.code.startsWith("ssh_");
}

/** A refused credential and a server in trouble are not among these. */
const notThere: Fault["code"][] = ["not_found", "bad_response", "permission_missing"];

/** An address that ends like a repository's should have answered; any other may be a folder. */
function lineOf({ reason }: Fault, gitUrl: string): Line {
  if (gitUrl.endsWith(".git") || reason.code === "git_redirected") return { answer: "no", reason };
  return { answer: "unknown", reason: reason.code === "git_not_public" ? reason : { code: "git_folder" } };
}
