import { readSshUrl } from "@/git/ssh-url";
import { Fault } from "@/lib/fault";
import { identify } from "@/providers/git/host-key";
import type { Session } from "@/providers/git/target";
import { refusalFault } from "@/providers/kit/refusal";
import type { Product } from "@/providers/product";

const HOST = "Git server";
/** Completes the sentence "This is …". */
const PRODUCT = "a Git server";

/** Version 2 answers with a few lines whatever the size of the repository. */
const headers = { accept: "*/*", "git-protocol": "version=2" };

const ADVERTISEMENT = "application/x-git-upload-pack-advertisement";

/**
 * Send the first request of a git fetch, without the credential. Only a repository can answer that: an address of a
 * host or of a folder proves nothing either way, and a server that wants a sign-in first tells no more.
 */
export async function probe(session: Session): Promise<Product> {
  const { gitUrl } = session.settings;
  if (!gitUrl) return unasked("git_nothing_to_ask");
  if (session.authMethod === "ssh") {
    return { product: `${PRODUCT} over SSH`, hostKey: await identify(session, readSshUrl(gitUrl)) };
  }
  const url = new URL(`${gitUrl}/info/refs?service=git-upload-pack`);
  const request = new Request(url, { headers, redirect: "manual", signal: session.signal });
  const response = await session.http.send(request);
  if (isGit(response)) return { product: PRODUCT };
  return otherwise(session, gitUrl, response);
}

function otherwise(session: Session, gitUrl: string, response: Response): Product {
  const { status } = response;
  if (status === 401 || status === 403) return unasked("git_asks_credential");
  if (status === 429 || status >= 500) {
    throw refusalFault({ status, headers: response.headers, body: null }, { host: HOST }, session.now());
  }
  // An address that ends like a repository's and answers with a page is a mistake; a folder's page is not.
  if (response.ok && gitUrl.endsWith(".git")) {
    throw new Fault("bad_response", { code: "git_not_a_repository", params: { url: gitUrl } });
  }
  return unasked("git_folder");
}

/** The second form is that of a server that only hands out files. */
function isGit(response: Response): boolean {
  const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  return response.ok && (type === ADVERTISEMENT || type === "application/x-git-info-refs");
}

function unasked(code: string): Product {
  return { product: PRODUCT, unasked: { code } };
}
