import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import { type CommentCalls, commentPort } from "@/providers/kit/request-comment";

const KEY = { fullName: "acme/site" };
const refused = () => Promise.reject(new Fault("permission_missing", { code: "permission_refused" }));
const gone = () => Promise.reject(new Fault("not_found", { code: "host_not_found" }));

/** A host that takes every comment, and what was written to it. */
function host(changes: Partial<CommentCalls> = {}) {
  const written: string[] = [];
  const calls: CommentCalls = {
    edit: (id) => Promise.resolve({ id, url: null }),
    find: () => Promise.resolve(null),
    create: (body) => {
      written.push(body);
      return Promise.resolve({ id: "new", url: null });
    },
    ...changes,
  };
  const port = commentPort({ host: "Host", scope: "more" }, () => calls);
  return { written, upsert: (id: string | null) => port.upsert(KEY, 7, { id, marker: "m", body: "text" }) };
}

describe("the comment on a request", () => {
  it("is written by the new account after the credential became that of another one", async () => {
    const { written, upsert } = host({ edit: refused });
    expect((await upsert("of-another-account")).id).toBe("new");
    expect(written).toEqual(["text"]);
  });

  it("is looked for when the known one is gone, and edited where it is found", async () => {
    const edit: CommentCalls["edit"] = (id) =>
      id === "deleted" ? gone() : Promise.resolve({ id, url: null });
    const { written, upsert } = host({ edit, find: () => Promise.resolve("found") });
    expect((await upsert("deleted")).id).toBe("found");
    expect(written).toEqual([]);
  });

  it("says what the credential lacks where it may not comment at all", async () => {
    const { upsert } = host({ edit: refused, create: refused });
    const expected = { code: "permission_missing", reason: "comment_not_allowed" };
    expect(await faultOf(upsert("1"))).toEqual(expected);
  });
});
