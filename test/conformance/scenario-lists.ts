import type { HarnessOptions } from "@test/conformance/harness";
import { lister, type Step } from "@test/conformance/scenario";
import { expect } from "vitest";
import type { Page, Ref, Repository } from "@/git/nouns";
import type { Forge } from "@/providers/provider";

/**
 * How proxies, gateways and failing hosts damage lists. A list is either complete or reported as incomplete, and no
 * address from an answer is ever called.
 */

type Respond = NonNullable<HarnessOptions["respond"]>;

/** One answer of the host, as a gateway in front of it may change it. */
interface Answer {
  request: Request;
  status: number;
  headers: Headers;
  /** Its JSON; undefined when it is none. */
  body: unknown;
}

function behind(change: (answer: Answer) => void): Respond {
  return async (request, host) => {
    const response = await host.respond(request);
    const text = await response.clone().text();
    const answer = {
      request,
      status: response.status,
      headers: new Headers(response.headers),
      body: jsonOf(text),
    };
    change(answer);
    const { status, headers, body } = answer;
    return new Response(body === undefined ? text : JSON.stringify(body), { status, headers });
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not every answer is JSON
  }
}

const GATEWAY = "https://gateway.example/bitbucket";

/** Every link leads to a gateway, as behind a reverse proxy or with a wrong ROOT_URL. */
const foreignLinks = behind(({ headers, body }) => {
  const link = headers.get("link");
  if (link) headers.set("link", link.replace(/<https?:\/\/[^/>]+/g, `<${GATEWAY}`));
  if (isRecord(body) && typeof body.next === "string")
    body.next = body.next.replace(/^https?:\/\/[^/]+/, GATEWAY);
});

/** Keep only the headers that are needed to read the answer and the account. */
const kept = ["content-type", "x-ausername"];

const withoutHeaders = behind(({ headers }) => {
  for (const name of [...headers.keys()]) if (!kept.includes(name)) headers.delete(name);
});

const sizes = ["per_page", "limit", "pagelen", "$top", "size"];

/** From the second page of a list on the host gives fewer rows than it is asked for. */
function shrinkingLimit(): Respond {
  return async (request, host) => {
    const url = new URL(request.url);
    const isLater = Number(url.searchParams.get("page") ?? url.searchParams.get("start") ?? 1) > 1;
    for (const name of sizes)
      if (isLater && Number(url.searchParams.get(name)) > 2) url.searchParams.set(name, "2");
    return host.respond(new Request(url, request));
  };
}

/** Rows of a list, wherever the host keeps them. */
function rowsOf(body: unknown): unknown[] | null {
  if (Array.isArray(body)) return body;
  if (!isRecord(body)) return null;
  const list = ["values", "value", "data", "items", "repositories"]
    .map((name) => body[name])
    .find(Array.isArray);
  return list ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Put an unreadable row in front of every list. */
const oddRow = behind(({ body }) => void rowsOf(body)?.unshift({ odd: true }));

/** A branch whose commit the host cannot read stands in front of every list of branches and tags. */
const brokenBranch = behind(({ request, body }) => {
  if (!/\/(?:refs|branches|tags)\b/.test(new URL(request.url).pathname)) return;
  const rows = rowsOf(body);
  const [first] = rows ?? [];
  if (!isRecord(first)) return;
  const bare = {
    commit: null,
    target: null,
    latestCommit: null,
    objectId: null,
    peeledObjectId: null,
    sha: undefined,
  };
  const known = Object.fromEntries(Object.entries(bare).filter(([name]) => name in first));
  rows?.unshift({ ...first, ...known });
});

/** The host itself says that rows are missing, each in its own way. */
function partial(): { respond: Respond; isMarked(): boolean } {
  let marked = false;
  const respond = behind(({ request, headers, body }) => {
    if (!rowsOf(body)) return;
    for (const name of ["x-total-count", "x-total"]) {
      if (!headers.has(name)) continue;
      marked = true;
      headers.set(name, "5000");
    }
    if (request.headers.get("accept")?.includes("github")) {
      marked = true;
      headers.set("x-github-sso", "partial-results; organizations=21955855,20582480");
    }
    if (!isRecord(body)) return;
    for (const name of ["size", "total"]) {
      if (typeof body[name] !== "number" || "isLastPage" in body) continue;
      marked = true;
      body[name] = 5000;
    }
    if (body.isLastPage === true) {
      marked = true;
      Object.assign(body, { isLastPage: false, nextPageStart: null });
    }
  });
  return { respond, isMarked: () => marked };
}

interface Whole<Item> {
  names: string[];
  incomplete: Page<Item>["incomplete"];
}

/** Every page of a list. */
async function readAll<Item>(
  read: (cursor?: string) => Promise<Page<Item>>,
  nameOf: (item: Item) => string,
): Promise<Whole<Item>> {
  const names = new Set<string>();
  let incomplete: Page<Item>["incomplete"];
  let cursor: string | undefined;
  for (let count = 0; count < 200; count++) {
    const page = await read(cursor);
    for (const item of page.items) names.add(nameOf(item));
    incomplete ??= page.incomplete;
    if (page.nextCursor === null) return { names: [...names].toSorted(), incomplete };
    cursor = page.nextCursor;
  }
  throw new Error("the list does not end");
}

function repositories(forge: Forge, limit = 2): Promise<Whole<Repository>> {
  return readAll(
    (cursor) => lister(forge).list({ limit, cursor }),
    (one) => one.fullName,
  );
}

function branches(forge: Forge, fullName: string, limit = 2): Promise<Whole<Ref>> {
  return readAll(
    (cursor) => forge.refs.list({ fullName }, { kind: "branch", limit, cursor }),
    (one) => one.name,
  );
}

export const listSteps: Step[] = [
  {
    name: "reads lists to their end when the links lead to a gateway, and calls no other address",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const plain = open();
      const at = open({ respond: foreignLinks });
      const { fullName } = at.key("acme/site");
      expect(await repositories(at.forge)).toEqual(await repositories(plain.forge));
      expect(await branches(at.forge, fullName)).toEqual(await branches(plain.forge, fullName));
      expect(new Set(at.sent.map((request) => new URL(request.url).origin))).toEqual(
        new Set(["https://git.example.com"]),
      );
    },
  },
  {
    name: "loses nothing in silence when a proxy drops the headers of lists",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const plain = open();
      const at = open({ respond: withoutHeaders });
      const { fullName } = at.key("acme/site");
      for (const [found, all] of [
        [await repositories(at.forge), await repositories(plain.forge)],
        [await branches(at.forge, fullName), await branches(plain.forge, fullName)],
      ] as const)
        expect(found.incomplete ? "says so" : found.names).toEqual(found.incomplete ? "says so" : all.names);
    },
  },
  {
    name: "loses no row when the host gives fewer rows than before on later pages",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const plain = open();
      const at = open({ respond: shrinkingLimit() });
      const { fullName } = at.key("acme/site");
      expect((await repositories(at.forge, 3)).names).toEqual((await repositories(plain.forge)).names);
      expect((await branches(at.forge, fullName, 3)).names).toEqual(
        (await branches(plain.forge, fullName)).names,
      );
    },
  },
  {
    name: "says so when the host counts or promises more than it gives, or calls its answer partial",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const { respond, isMarked } = partial();
      const at = open({ respond });
      const found = await repositories(at.forge, 50);
      expect(found.names).toEqual((await repositories(open().forge, 50)).names);
      // A host that gives its whole list at once has no way to say this.
      expect(found.incomplete !== undefined).toBe(isMarked());
    },
  },
  {
    name: "leaves out one row that cannot be read, shows all others and says so",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const at = open({ respond: oddRow });
      const found = await repositories(at.forge, 50);
      expect(found.names).toEqual((await repositories(open().forge, 50)).names);
      expect(found.incomplete?.reason.code).toBe("list_rows_unread");
    },
  },
  {
    name: "lists every other branch beside one whose commit the host cannot read",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const at = open({ respond: brokenBranch });
      const { fullName } = at.key("acme/site");
      expect((await branches(at.forge, fullName, 3)).names).toEqual(
        (await branches(open().forge, fullName, 3)).names,
      );
    },
  },
  {
    name: "takes the signs of a search as they are",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const { forge } = open();
      const found = await Promise.all(
        ["s_te", "%", "si%e", "site,old", "^site", "site$", "s*e"].map(async (search) => {
          const page = await readAll(
            (cursor) => lister(forge).list({ search, limit: 30, cursor }),
            (one) => one.fullName,
          );
          return page.names;
        }),
      );
      expect(found.flat()).toEqual([]);
    },
  },
];
