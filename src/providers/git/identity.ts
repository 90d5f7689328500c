import { isSshUrl, readSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { refsOf } from "@/providers/git/refs";
import type { Session } from "@/providers/git/target";
import type { Answer, Identity } from "@/providers/provider";

/** Git has no accounts, scopes or expiry; only reading a repository shows whether a credential works. */
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

/** The root of a server is no repository, so its answer says nothing about the credential. */
function isWholeServer(gitUrl: string): boolean {
  return isSshUrl(gitUrl) ? readSshUrl(gitUrl).path === "" : new URL(gitUrl).pathname === "/";
}

/** Whether the server has another host key than the pinned one, which must not be read as "no repository here". */
function isStranger({ reason }: Fault): boolean {
  return reason.code.startsWith("ssh_");
}

/** A refused credential and a server in trouble are not among these. */
const notThere: Fault["code"][] = ["not_found", "bad_response", "permission_missing"];

/** An address ending in .git should be a repository; any other may be a folder. */
function lineOf({ reason }: Fault, gitUrl: string): Line {
  if (gitUrl.endsWith(".git") || reason.code === "git_redirected") return { answer: "no", reason };
  return { answer: "unknown", reason: reason.code === "git_not_public" ? reason : { code: "git_folder" } };
}
