import { readdir } from "node:fs/promises";
import os from "node:os";
import { closeAll, hostWith } from "@test/kit/git-host";
import { afterEach, describe, expect, test } from "vitest";
import { fetchOnce } from "@/git/fetch-once";

afterEach(closeAll);

const leftovers = async () =>
  (await readdir(os.tmpdir())).filter((name) => name.startsWith("slipway-fetch-"));

describe("fetching a commit to see that it can be", () => {
  test("brings it and leaves nothing on the disk", async () => {
    const before = await leftovers();
    const host = await hostWith({ commits: [{ message: "One", files: { a: "a" } }] });
    const [sha = ""] = host.ids;
    await fetchOnce(host.remote, { sha, ref: "main" }, { network: host.network });
    expect((await leftovers()).filter((name) => !before.includes(name))).toEqual([]);
  });

  test("says so when the server does not have it", async () => {
    const host = await hostWith({ commits: [{ message: "One", files: { a: "a" } }] });
    const commit = { sha: "1".repeat(40), ref: "gone" };
    await expect(fetchOnce(host.remote, commit, { network: host.network })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
