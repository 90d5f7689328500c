import os from "node:os";
import { childEnv } from "@/lib/env";

/** One line of git configuration. Handed over in the environment, so it never shows in argv or in a file. */
export type ConfigLine = readonly [key: string, value: string];

/** Flaws that old but honest repositories have. They are harmless here, since git itself never writes a work tree. */
const harmlessFlaws = [
  "badDate",
  "badDateOverflow",
  "badEmail",
  "badName",
  "badTimezone",
  "emptyName",
  "fullPathname",
  "missingEmail",
  "missingNameBeforeEmail",
  "missingSpaceBeforeDate",
  "missingSpaceBeforeEmail",
  "missingTaggerEntry",
  "multipleAuthors",
  "nulInCommit",
  "zeroPaddedDate",
  "zeroPaddedFilemode",
];

const baseConfig: ConfigLine[] = [
  ["advice.detachedHead", "false"],
  ["checkout.workers", "2"],
  ["core.askPass", ""],
  ["core.attributesFile", os.devNull],
  ["core.autocrlf", "false"],
  ["core.bigFileThreshold", "16m"],
  ["core.fsmonitor", "false"],
  ["core.hooksPath", os.devNull],
  ["core.logAllRefUpdates", "false"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
  ["credential.helper", ""],
  ["fetch.recurseSubmodules", "false"],
  ["fetch.unpackLimit", "1"],
  ["gc.auto", "0"],
  ["http.followRedirects", "false"],
  ["http.sslVerify", "true"],
  ["init.defaultBranch", "main"],
  ["maintenance.auto", "false"],
  ["protocol.allow", "never"],
  ["protocol.file.allow", "never"],
  ["protocol.version", "2"],
  ["safe.bareRepository", "explicit"],
  ["submodule.recurse", "false"],
  ["transfer.bundleURI", "false"],
  ["transfer.fsckObjects", "true"],
  ...harmlessFlaws.map((flaw): ConfigLine => [`fetch.fsck.${flaw}`, "ignore"]),
];

export interface EnvironmentOptions {
  /** `https`, `ssh` with a key, or `http` for a listed host; nothing may be fetched without it. */
  protocol?: "https" | "http" | "ssh";
  config?: readonly ConfigLine[];
  gitDir?: string;
}

/** All that git gets to see: no setting, proxy, helper or file of the account Slipway runs under. */
export function gitEnvironment({
  protocol,
  config = [],
  gitDir,
}: EnvironmentOptions): Record<string, string> {
  const { PATH = "", LD_LIBRARY_PATH, SystemRoot } = childEnv();
  return {
    PATH,
    ...(LD_LIBRARY_PATH ? { LD_LIBRARY_PATH } : {}),
    ...(SystemRoot ? { SystemRoot } : {}),
    ...(gitDir ? { GIT_DIR: gitDir } : {}),
    // Holds no file, so neither .netrc nor .gitconfig nor a credential store is found.
    HOME: os.devNull,
    XDG_CONFIG_HOME: os.devNull,
    LC_ALL: "C",
    TZ: "UTC",
    GIT_ALLOW_PROTOCOL: protocol ?? "none",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_PROTOCOL_FROM_USER: "0",
    GIT_TERMINAL_PROMPT: "0",
    ...asVariables([...baseConfig, ...config]),
  };
}

function asVariables(lines: readonly ConfigLine[]): Record<string, string> {
  const pairs = lines.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(lines.length), ...Object.fromEntries(pairs) };
}
