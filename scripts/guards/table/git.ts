import type { Guard } from "../guard";

const protocols = "src/git/protocols.test.ts";

/** How git is run, and what a repository may do to us. */
export const gitGuards: Guard[] = [
  {
    name: "redirect refusal (git)",
    file: "src/git/environment.ts",
    text: `["http.followRedirects", "false"]`,
    without: `["http.followRedirects", "true"]`,
    proofs: [
      {
        file: "src/git/hostile.test.ts",
        test: "is not sent to a redirect, neither of the first request nor of a later one",
      },
    ],
  },
  {
    name: "pinned address (git)",
    file: "src/git/remote.ts",
    text: `pin ? [["http.curloptResolve", pin]] : []`,
    without: "[]",
    proofs: [
      { file: protocols, test: "even when the system cannot resolve the name" },
      { file: protocols, test: "even when the system resolves the name to another address" },
    ],
  },
  {
    name: "protocol allow-list",
    file: "src/git/environment.ts",
    text: `GIT_ALLOW_PROTOCOL: protocol ?? "none",`,
    without: `GIT_ALLOW_PROTOCOL: "http:https:ssh:git:file:ext",`,
    proofs: [
      { file: protocols, test: "are limited to the one of the remote, even for a repository that is there" },
      { file: protocols, test: "are all off without a remote" },
    ],
  },
  {
    name: "`--` before positionals",
    file: "src/git/ls-remote.ts",
    text: `["ls-remote", "--symref", "--", pinned.url]`,
    without: `["ls-remote", "--symref", pinned.url]`,
    proofs: [
      {
        file: "test/architecture/git-arguments.test.ts",
        test: "end the options with -- before any value from outside",
      },
    ],
  },
  {
    name: "`--end-of-options` before revisions",
    file: "src/git/commit-info.ts",
    text: `    "--end-of-options",\n`,
    without: "",
    proofs: [{ file: protocols, test: "a revision that looks like an option" }],
  },
  {
    name: "symlink check: at checkout",
    file: "src/git/checkout.ts",
    text: "const refused = await escapingLinks(placed, options.signal);",
    without: "const refused = await escapingLinks(placed.slice(0, 0), options.signal);",
    proofs: [
      {
        file: "src/git/checkout.test.ts",
        test: "are kept inside the repository and left out when they lead outside",
      },
    ],
  },
  {
    name: "symlink check: when a folder is published",
    file: "src/features/deployment/run/sanitize-output.ts",
    // Both lines: a path that begins with `..` is no public name either.
    text: `if (target === null || !isInside(pass.source, target)) return leaveOut(pass, name);
  const parts = path.relative(pass.source, target).split(path.sep);`,
    without: `if (target === null) return leaveOut(pass, name);
  const parts = path.relative(pass.source, target).split(path.sep).filter((part) => part !== "..");`,
    proofs: [
      {
        file: "src/features/deployment/run/sanitize-output.test.ts",
        test: "follows no link out of the repository",
      },
    ],
  },
  {
    name: "no dotfile is published through a link",
    file: "src/features/deployment/run/sanitize-output.ts",
    text: "if (!parts.every(isPublicName)) return leaveOut(pass, name);",
    without: "",
    proofs: [
      { file: "src/features/deployment/run/sanitize-output.test.ts", test: "follows no link to a dotfile" },
    ],
  },
  {
    name: "quota kill",
    file: "src/git/quota.ts",
    text: "if (size > quota.maxBytes) onPassed",
    without: "if (size < 0) onPassed",
    proofs: [
      {
        file: "src/git/hostile-server.test.ts",
        test: "that sends an endless pack is stopped by the quota",
      },
    ],
  },
  {
    name: "submodules only for an actor who may choose repositories",
    file: "src/features/deployment/run/submodules.ts",
    text: `return run.repositoriesOf === opened.row.gitProviderId ? null : "actor";`,
    without: `return run.repositoriesOf === "" ? "actor" : null;`,
    proofs: [
      {
        file: "src/features/deployment/run/pipeline.slow.test.ts",
        test: "leaves them out for an actor who may not choose other repositories of the provider",
      },
    ],
  },
  {
    name: "submodules never with a dedicated token",
    file: "src/features/deployment/run/submodules.ts",
    text: `if (opened.row.visibility === "application") return "dedicated";`,
    without: "",
    proofs: [
      {
        file: "src/features/deployment/run/pipeline.slow.test.ts",
        test: "leaves them out where a token was given for the repository alone",
      },
    ],
  },
  {
    name: "no includes of .gitmodules",
    file: "src/git/submodule.ts",
    text: `"--no-includes"`,
    without: `"--includes"`,
    proofs: [
      {
        file: "src/git/submodule.test.ts",
        test: "are read for the folders of the tree alone, and no file is included",
      },
    ],
  },
  {
    name: "tree limit",
    file: "src/git/tree.ts",
    text: `if (used.files + entries.length >= limits.maxFiles) throw passed("tree_too_many_files", limits.maxFiles);`,
    without: "",
    proofs: [{ file: "src/git/checkout.test.ts", test: "stop it before anything is written: %j" }],
  },
  {
    name: "host key check (ssh)",
    file: "src/git/ssh-run.ts",
    text: `["StrictHostKeyChecking", "yes"]`,
    without: `["StrictHostKeyChecking", "no"]`,
    proofs: [
      {
        file: "src/git/ssh.slow.test.ts",
        test: "is a missing host key when none is pinned, which is never trusted silently",
      },
    ],
  },
];
