import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { withCommit } from "@/git/mirror";
import type { GitRemote } from "@/git/nouns";
import type { Network } from "@/lib/outbound/target";

/** Limit for a commit that is fetched only to check that it can be. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Fetch one commit at depth 1 into a repository that is deleted again.
 * @throws Fault as `withCommit`
 */
export async function fetchOnce(
  remote: GitRemote,
  commit: { sha: string; ref: string },
  { network, signal }: { network: Network; signal?: AbortSignal },
): Promise<void> {
  const place = await mkdtemp(path.join(os.tmpdir(), "slipway-fetch-"));
  try {
    const folder = path.join(place, "mirror");
    await withCommit({ ...commit, folder, remote, network, signal, maxBytes }, async () => undefined);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}
