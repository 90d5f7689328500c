import type { PinnedRemote } from "@/git/remote";
import { sshFault } from "@/git/ssh-fault";
import { Fault, type FaultCode } from "@/lib/fault";
import { tlsFault } from "@/lib/outbound/connector";

type Rule = readonly [said: RegExp, code: FaultCode, reason: string];

/**
 * What git prints, first match wins: causes come before their consequences. Numbers are statuses only where git
 * says so, since counts of bytes and objects stand everywhere. LC_ALL=C keeps the words stable.
 */
const rules: Rule[] = [
  // What happened here. Git names no cause where a file of a checkout cannot be written to its end.
  [/No space left on device|Disk quota exceeded|unable to write file/i, "unavailable", "disk_full"],
  [/transport '' not allowed/i, "invalid_input", "git_url_invalid"],
  [
    /mismatched algorithms|unknown object format|object-format .*sha256|server sha256/i,
    "unsupported",
    "git_object_format",
  ],
  [/fsck error|hasDotgit|hasDotdot|invalid path|gitmodules/i, "bad_response", "git_unsafe_content"],
  // What the host answered.
  [/Authentication failed|could not read (Username|Password)/i, "credential_rejected", "git_auth_failed"],
  [status("401"), "credential_rejected", "git_auth_failed"],
  [status("403"), "permission_missing", "git_forbidden"],
  [
    new RegExp(`${status("30[12378]").source}|unable to update url base from redirection`, "i"),
    "bad_response",
    "git_redirected",
  ],
  [status("404|410"), "not_found", "git_repository_missing"],
  [/repository '' not found/i, "not_found", "git_repository_missing"],
  [status("407"), "unavailable", "git_proxy"],
  [status("451"), "permission_missing", "host_legal_block"],
  [status("408|425|429|5\\d\\d"), "unavailable", "git_host_busy"],
  [status("4\\d\\d"), "bad_response", "git_request_refused"],
  // Connection failures; broken answers are their consequence.
  [/certificate|SSL_|SSL (routines|connection)|gnutls|TLS/, "unavailable", "tls_failed"],
  [
    /Could not resolve proxy|CONNECT tunnel failed|from proxy after CONNECT|Failed to connect to proxy/i,
    "unavailable",
    "git_proxy",
  ],
  [/Could not resolve host/i, "unavailable", "dns_failed"],
  [/Connection refused|Failed to connect|Couldn't connect/i, "unavailable", "connection_refused"],
  [/Operation too slow|Operation timed out|Connection timed out|low speed/i, "unavailable", "git_timeout"],
  [
    /Connection reset|Empty reply|Recv failure|Send failure|curl (18|52|55|56|92)\b|HTTP\/2 (stream|framing)|bytes of body are still expected|hung up upon initial contact/i,
    "unavailable",
    "connection_reset",
  ],
  // What the repository has.
  [/couldn't find remote ref|Remote branch .* not found/i, "not_found", "git_ref_missing"],
  [/not our ref|unadvertised object|does not allow request for/i, "not_found", "git_commit_missing"],
  [/remote error: .*(not found|does not exist|not exported)/i, "not_found", "git_repository_missing"],
  [
    /remote error: .*(access denied|permission|not (allowed|authorized|permitted)|forbidden)/i,
    "permission_missing",
    "git_forbidden",
  ],
  [
    /remote error: .*(try again|temporar|overload|busy|timed? ?out|unavailable|internal (server )?error)/i,
    "unavailable",
    "git_host_busy",
  ],
  [/remote error: /i, "permission_missing", "git_request_refused"],
  [
    /dumb http transport|Unsupported protocol|not supported or disabled in libcurl/i,
    "unsupported",
    "git_not_a_repository",
  ],
  [
    /is this a git repository|not valid: could not determine hash|invalid server response|bad line length|did not send all necessary|unexpected response|expected flush|protocol error|info\/refs not valid/i,
    "bad_response",
    "git_not_a_repository",
  ],
  [/early EOF|unexpected disconnect|hung up unexpectedly|RPC failed/i, "unavailable", "connection_reset"],
];

function status(codes: string): RegExp {
  return new RegExp(
    `The requested URL returned error: (?:${codes})\\b|RPC failed; HTTP (?:${codes})\\b`,
    "i",
  );
}

/** Asks the remote once more and gives the lines that ssh itself prints then. */
export type AskVerbosely = () => Promise<readonly string[]>;

/**
 * The fault behind a failed run against a remote. The words of a failed certificate check depend on how git was
 * built, so Node looks at the certificate again and says what it is.
 */
export async function gitFailure(
  lines: readonly string[],
  remote: PinnedRemote | null,
  askVerbosely?: AskVerbosely,
): Promise<Fault> {
  const overSsh = remote && (await sshFault(lines, remote, askVerbosely));
  if (overSsh) return overSsh;
  const fault = gitFault(lines, remote);
  if (fault.reason.code !== "tls_failed" || !remote) return fault;
  return (await tlsFault(new URL(remote.url), remote.network)) ?? fault;
}

/** The fault behind a failed run. A remote's own lines are for the log: they decide nothing. */
function gitFault(lines: readonly string[], remote: PinnedRemote | null): Fault {
  const own = lines.filter((line) => !line.startsWith("remote:"));
  // Quoted addresses could contain any of the words of the rules.
  const text = own.join("\n").replace(/'[^'\n]*'/g, "''");
  const rule = rules.find(([said]) => said.test(text)) ?? (remote?.ssh ? undefined : unanswered(text));
  const params = { host: remote?.host ?? null, url: remote?.url ?? null };
  if (rule) {
    const said = rule[2] === "git_request_refused" ? lastWords(own) : null;
    return new Fault(rule[1], { code: rule[2], params: { ...params, said } });
  }
  const said = lastWords(own).replace(/[.\s]+$/, "");
  return new Fault("unavailable", { code: "git_failed", params: { ...params, said } });
}

/** Over HTTP git says so when the answer ends before the first ref. Over SSH it adds the line to every failure. */
function unanswered(text: string): Rule | undefined {
  const said = /Could not read from remote repository/i;
  return said.test(text) ? [said, "not_found", "git_repository_missing"] : undefined;
}

function lastWords(lines: readonly string[]): string {
  return (lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "").slice(0, 300);
}
