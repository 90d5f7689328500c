import { expect, it } from "vitest";
import { gitFailure } from "@/git/git-fault";

it.each([
  "error: unable to write file 'assets/film.mp4'",
  "error: unable to write file assets/film.mp4",
  "fatal: sha1 file '/data/mirrors/x/pack' write error: No space left on device",
  "error: unable to create file a.txt: Disk quota exceeded",
])("says that the disk is full of what git says then: %s", async (line) => {
  expect(await gitFailure([line, "fatal: it ended"], null)).toMatchObject({
    code: "unavailable",
    reason: { code: "disk_full" },
  });
});

it("takes no word of the remote for a full disk here", async () => {
  const fault = await gitFailure(["remote: unable to write file", "fatal: it ended"], null);
  expect(fault.reason.code).not.toBe("disk_full");
});
