import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** What went wrong between the git command and a repository. */
export const gitReasons = {
  git_outside: (p) =>
    `This repository lies outside ${p.url}, the only place where this credential may be used. Choose a repository there, or connect its server as well.`,
  git_url_needed: () =>
    "This connection has no address of its own, so the repository must be given by its full address, like https://git.example.com/team/site.git.",
  git_password_missing: () => "There is no password or token yet. Enter one, or choose the public method.",
  git_not_public: (p) =>
    `${p.url ?? "This address"} asks for a user name and a password, so it is not public or not there. Check the address, or connect it with a password.`,
  git_nothing_to_ask: () =>
    "There is no address to ask, so nothing could be tried. It shows when a repository is used.",
  git_asks_credential: () =>
    "The server asks for a password before it tells anything, as git servers do for private repositories.",
  git_folder: () =>
    "Nothing was verified: no repository answers at this address itself, so it is taken as a folder of repositories. Enter the address of one repository to have the credential tested; else each is tried when it is used.",
  git_missing: () =>
    "The git command was not found on the Slipway server. Install git and make sure it is in the PATH.",
  git_url_invalid: (p) =>
    `This is not a repository address that can be used: ${p.why ?? "its kind is not supported"}. Enter it like https://git.example.com/owner/name.git.`,
  git_plain_http: (p) =>
    `Code is fetched over plain http only from hosts inside your own network. Use https://, or have an instance administrator add ${p.host}:${p.port} to SLIPWAY_OUTBOUND_ALLOW.`,
  git_credential_invalid: () =>
    "The user name or password holds a line break, a control character or (in the user name) a colon. Copy it again.",
  git_auth_failed: (p) =>
    `${p.host ?? "The host"} did not accept the credential for git. It may be wrong, expired or without read access to code: make a new one and enter it.`,
  git_forbidden: (p) =>
    `${p.host ?? "The host"} knows the credential but does not let it read this repository${said(p)}. Give it read access to the code.`,
  git_redirected: (p) =>
    p.to
      ? `${p.host ?? "The host"} sends git on to ${p.to}, and credentials are never passed on. Enter that address if it is the repository you mean.`
      : `${p.host ?? "The host"} sends git on to another address, and credentials are never passed on. Enter the repository's present address; it may have been renamed.`,
  git_repository_missing: (p) =>
    `There is no repository at ${p.url ?? "this address"}, or the credential may not see it${said(p)}. Check the address and the access of the credential.`,
  git_refused: (p) =>
    `${p.host ?? "The host"} knows the key and ended the connection without giving out ${p.url ?? "the repository"}${said(p)}. Check the address, and that the key may read this repository.`,
  git_request_refused: (p) =>
    `${p.host ?? "The host"} refused what git asked for${said(p)}. Look at the repository's page there: it may be disabled, blocked or too large for a proxy between.`,
  git_object_format: (p) =>
    `${p.url ?? "This repository"} and the commit asked for differ in their object format (SHA-1 and SHA-256), so that is no commit of it. Choose a branch, a tag or a commit of this repository.`,
  git_proxy: (p) =>
    `The proxy that this instance is set to use (HTTPS_PROXY) did not let git through to ${p.host ?? "the host"}. Ask whoever runs it, or name the host in NO_PROXY.`,
  git_not_a_repository: (p) =>
    `${p.url ?? "This address"} does not answer like a git repository. Copy the clone address (HTTPS) from the repository's page.`,
  git_host_busy: (p) => `${p.host ?? "The host"} could not answer git just now. Try again in a few minutes.`,
  git_timeout: (p) =>
    `Git did not finish in time${p.host ? ` with ${p.host}` : ""}${p.seconds ? ` (${p.seconds} s)` : ""}. The host may be slow or the repository very large; try again.`,
  git_ref_missing: () => "The branch or tag is no longer in the repository. Choose another one.",
  git_commit_missing: (p) =>
    `Commit ${String(p.sha ?? "").slice(0, 12)} is no longer in the repository: the branch was probably rewritten. Deploy the branch again.`,
  git_output_too_large: (p) =>
    `Git answered with more than ${p.limit} bytes and was stopped. Check that the repository is the right one.`,
  git_unsafe_content: () =>
    "The repository holds objects git itself calls broken or dangerous, so it was not fetched. Run git fsck on a clone and mend what it names.",
  git_failed: (p) => `Git failed: ${p.said || "it gave no reason"}. Try again; if it stays, look at the log.`,
  mirror_busy: () => "Another deployment is still fetching this repository. Try again when it has finished.",
  mirror_broken: () =>
    "The stored copy of the repository was damaged and could not be renewed. Try again; if it stays, check the disk.",
  repository_too_large: (p) =>
    `The repository is larger than the limit of ${p.limit} bytes and was not fetched to the end. Make it smaller or have the limit raised.`,
  tree_too_many_files: (p) =>
    `This commit has more than ${p.limit} files, which is the limit. Deploy a smaller repository or have the limit raised.`,
  tree_too_large: (p) =>
    `The files of this commit take more than ${p.limit} bytes, which is the limit. Deploy a smaller repository or have the limit raised.`,
  tree_file_too_large: (p) =>
    `The file ${p.path} is larger than ${p.limit} bytes, which is the limit for one file. Keep it out of the repository.`,
  tree_unsafe_path: (p) =>
    `The file name ${p.path} cannot be checked out safely. Rename it in the repository.`,
  disk_full: () => "The disk of the Slipway server is full. Free some space and try again.",
  disk_low: (p) =>
    `Only ${p.free} MB are free on the disk of the Slipway server, and new deployments need ${p.floor}. Free some space, or have SLIPWAY_DISK_FLOOR lowered, and try again.`,
  git_too_old: (p) =>
    `This machine has ${p.version}; Slipway needs git ${p.needed} or newer. Update git and start again.`,
} satisfies ReasonTable;

/** The server's own line, where it gave one. */
function said(p: ReasonParams): string {
  return p.said ? `; it says "${p.said}"` : "";
}
