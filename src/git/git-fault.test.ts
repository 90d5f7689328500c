import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { gitFailure } from "@/git/git-fault";
import type { PinnedRemote } from "@/git/remote";
import { generateSshKey } from "@/git/ssh-key";
import { retryPolicy } from "@/lib/fault";

const reasonOf = async (lines: string[]) => (await gitFailure(lines, null)).reason.code;

it.each([
  "error: unable to write file 'assets/film.mp4'",
  "error: unable to write file assets/film.mp4",
  "fatal: sha1 file '/data/mirrors/x/pack' write error: No space left on device",
  "error: unable to create file a.txt: Disk quota exceeded",
])("a full disk is reported when git says: %s", async (line) => {
  expect(await gitFailure([line, "fatal: it ended"], null)).toMatchObject({
    code: "unavailable",
    reason: { code: "disk_full" },
  });
});

it("a full disk is not reported because the remote claims one", async () => {
  const fault = await gitFailure(["remote: unable to write file", "fatal: it ended"], null);
  expect(fault.reason.code).not.toBe("disk_full");
});

/** What git printed, with a count in the place of `#`. */
const recorded: [string, string[]][] = [
  [
    "connection_reset",
    [
      "error: RPC failed; curl 18 transfer closed with outstanding read data remaining",
      "error: # bytes of body are still expected",
      "fetch-pack: unexpected disconnect while reading sideband packet",
      "fatal: early EOF",
      "fatal: fetch-pack: invalid index-pack output",
    ],
  ],
  [
    "connection_reset",
    [
      "error: RPC failed; curl 56 Recv failure: Connection reset by peer",
      "error: # bytes of body are still expected",
      "fatal: protocol error: bad line length # ",
    ],
  ],
  [
    "git_timeout",
    ["fatal: unable to access '': Operation timed out after # milliseconds with # bytes received"],
  ],
  [
    "git_forbidden",
    ["remote: # objects", "fatal: unable to access '': The requested URL returned error: 403"],
  ],
  [
    "git_auth_failed",
    ["error: RPC failed; HTTP 401 curl 22 The requested URL returned error: 401", "# bytes"],
  ],
  ["git_host_busy", ["fatal: unable to access '': The requested URL returned error: 503", "error: # left"]],
  ["git_repository_missing", ["fatal: unable to access '': The requested URL returned error: 404"]],
  [
    "git_repository_missing",
    [
      "fatal: Could not read from remote repository.",
      "Please make sure you have the correct access rights",
      "and the repository exists.",
    ],
  ],
  ["git_commit_missing", ["fatal: remote error: upload-pack: not our ref #"]],
  [
    "git_unsafe_content",
    [
      "error: object #: hasDotgit: contains '.git'",
      "fatal: fsck error in packed object",
      "error: RPC failed; curl 55 Send failure: Broken pipe",
      "fatal: fetch-pack: invalid index-pack output",
    ],
  ],
  ["git_object_format", ["fatal: mismatched algorithms: client sha1; server sha256"]],
  ["git_not_a_repository", ["fatal: protocol error: bad line length character: <htm", "error: # bytes"]],
  ["git_repository_missing", ["fatal: remote error: access denied or repository not exported: /#"]],
  [
    "git_request_refused",
    ["error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413", "# bytes"],
  ],
  [
    "connection_reset",
    [
      "error: RPC failed; HTTP/2 stream 7 was not closed cleanly: CANCEL (err 8)",
      "error: # bytes of body are still expected",
    ],
  ],
  ["connection_reset", ["fatal: the remote end hung up upon initial contact", "# bytes"]],
  ["git_host_busy", ["fatal: unable to access '': The requested URL returned error: 408", "# left"]],
];

describe("a recorded failure of git", () => {
  it.each(recorded)("is %s, whatever counts its lines hold", async (reason, lines) => {
    const count = fc.oneof(
      fc.nat(10_000_000),
      fc.constantFrom(401, 403, 404, 410, 429, 500, 503, 301, 40160, 14035, 4030),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(count, { minLength: 4, maxLength: 4 }), async (counts) => {
        let at = 0;
        const filled = lines.map((line) => line.replace(/#/g, () => String(counts[at++ % counts.length])));
        expect(await reasonOf(filled)).toBe(reason);
      }),
    );
  });
});

describe("a failure of git that will not go away", () => {
  it.each([
    [["fatal: fsck error in packed object"]],
    [["fatal: unable to update url base from redirection:"]],
    [["fatal: mismatched algorithms: client sha1; server sha256"]],
    ...[400, 402, 404, 405, 406, 409, 413, 415, 426, 431, 451].map((status) => [
      [`fatal: unable to access '': The requested URL returned error: ${status}`],
    ]),
    [["fatal: remote error: Repository is disabled."]],
    [["fatal: remote error: GitHub has blocked this repository"]],
    [["fatal: dumb http transport does not support shallow capabilities"]],
    [["fatal: unable to access '': Unsupported protocol"]],
  ])("is not retried: %j", async (lines) => {
    expect(retryPolicy(await gitFailure(lines, null))).toBe("never");
  });

  it.each([
    "fatal: unable to access '': The requested URL returned error: 503",
    "fatal: unable to access '': The requested URL returned error: 425",
    "fatal: remote error: Internal server error. Please try again later.",
  ])("is told from an outage, which is retried: %s", async (line) => {
    expect(retryPolicy(await gitFailure([line], null))).toBe("backoff");
  });

  it("shows the host's own line", async () => {
    const fault = await gitFailure(["fatal: remote error: Repository is disabled."], null);
    expect(fault.message).toContain("Repository is disabled.");
  });
});

describe("a failure of git over SSH", () => {
  const remote = (privateKey: string) =>
    ({
      url: "git@git.example.com:acme/site.git",
      host: "git.example.com",
      ssh: {
        host: "git.example.com",
        port: 22,
        user: "git",
        path: "acme/site.git",
        privateKey,
        hostKeys: "",
      },
      network: { allow: [] },
    }) as unknown as PinnedRemote;
  let at: PinnedRemote;
  beforeAll(async () => {
    at = remote((await generateSshKey("ed25519")).pem);
  });
  const trailer = [
    "fatal: Could not read from remote repository.",
    "",
    "Please make sure you have the correct access rights",
    "and the repository exists.",
  ];

  it.each([
    ["not_found", "git_repository_missing", "Gitea: Cannot find repository acme/site"],
    [
      "permission_missing",
      "git_forbidden",
      "Gitea: User: 2:bot with Key: 1:ci is not authorized to read acme/site.",
    ],
    ["not_found", "git_repository_missing", "ERROR: Repository not found."],
    [
      "not_found",
      "git_repository_missing",
      "The requested repository does not exist, or you do not have permission to access it.",
    ],
    ["permission_missing", "git_forbidden", "You do not have permission to access this repository."],
    [
      "not_found",
      "git_repository_missing",
      "ERROR: The project you were looking for could not be found or you don't have permission to view it.",
    ],
    ["not_found", "git_repository_missing", "fatal: '/srv/none.git' does not appear to be a git repository"],
    ["permission_missing", "git_forbidden", "FATAL: R any acme/site bot DENIED: access denied"],
  ])("is %s with the reason %s for the line: %s", async (code, reason, line) => {
    const fault = await gitFailure([line, ...trailer], at);
    expect([fault.code, fault.reason.code]).toEqual([code, reason]);
    expect(retryPolicy(fault)).toBe("never");
    if (!line.startsWith("fatal:")) expect(fault.message).toContain(line.slice(0, 40));
  });

  it("with an unknown message is asked for once more, and is a refusal when the key was accepted", async () => {
    let asked = 0;
    const fault = await gitFailure(["gitweb: nope, not today", ...trailer], at, async () => {
      asked += 1;
      return [
        "debug1: Connecting to git.example.com port 22.",
        'Authenticated to git.example.com ([192.0.2.1]:22) using "publickey".',
        "gitweb: nope, not today",
        ...trailer,
      ];
    });
    expect(asked).toBe(1);
    expect([fault.code, fault.reason.code]).toEqual(["permission_missing", "git_refused"]);
    expect(fault.message).toContain("nope, not today");
  });

  it("with an unknown message is an outage when the key was never accepted", async () => {
    const verbose = async () => ["debug1: Connection closed by 192.0.2.1 port 22", ...trailer];
    const fault = await gitFailure(trailer, at, verbose);
    expect([fault.code, fault.reason.code]).toEqual(["unavailable", "connection_reset"]);
  });

  it("with a known message is not asked for again", async () => {
    const fault = await gitFailure(["ssh: connect: Connection refused", ...trailer], at, () => {
      throw new Error("asked");
    });
    expect(fault.reason.code).toBe("connection_refused");
  });
});
