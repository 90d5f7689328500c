import { describe, expect, it } from "vitest";
import { withHooks } from "@/lib/http";
import { followMoves } from "@/providers/github/moved";

const root = new URL("https://api.github.com/");

/** Send through a host that answers everything with this redirect; returns the requests that it got. */
async function sentBy(request: Request, status = 307): Promise<string[]> {
  const sent: string[] = [];
  const location = `${root.href}repositories/101`;
  const send = async ({ method, url }: Request) => {
    sent.push(`${method} ${url}`);
    return new Response(null, { status, headers: { location } });
  };
  await withHooks({ send }, [followMoves(root)]).send(request);
  return sent;
}

describe("the redirect of a moved GitHub repository", () => {
  const url = `${root.href}repos/acme/site/issues?page=2`;

  it.each([301, 302, 307, 308])("is followed once, by the id, for a GET with status %i", async (status) => {
    expect(await sentBy(new Request(url), status)).toEqual([
      `GET ${url}`,
      `GET ${root.href}repositories/101/issues?page=2`,
    ]);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"])(
    "is never followed for %s, which would then be done twice",
    async (method) => {
      expect(await sentBy(new Request(url, { method }))).toEqual([`${method} ${url}`]);
    },
  );

  it("is not followed for a call by id, nor with another status", async () => {
    const byId = `${root.href}repositories/7/issues`;
    expect(await sentBy(new Request(byId))).toEqual([`GET ${byId}`]);
    expect(await sentBy(new Request(url), 303)).toEqual([`GET ${url}`]);
  });
});
