import { everything, faultOf, type Step } from "@test/conformance/scenario";
import { expect } from "vitest";
import { addBranches, ODD_BRANCHES, seedWorld } from "@/providers/simulator/seed";

const branch = { kind: "branch", limit: 30 } as const;

export const refSteps: Step[] = [
  {
    name: "lists branches with their commits, whatever their names",
    assertions: 1,
    async run(open) {
      const { forge, key, find } = open();
      const refs = await everything((cursor) =>
        forge.refs.list(key("acme/site"), { ...branch, limit: 2, cursor }),
      );
      expect(Object.fromEntries(refs.map((ref) => [ref.name, ref.sha]))).toEqual(
        Object.fromEntries(find("acme/site").branches),
      );
    },
  },
  {
    name: "marks the default branch on every page, of a repository known by its name only",
    assertions: 1,
    async run(open) {
      const { forge, key } = open();
      const { fullName } = key("acme/site");
      const refs = await everything((cursor) =>
        forge.refs.list({ fullName }, { ...branch, limit: 2, cursor }),
      );
      expect(refs.filter((ref) => ref.default).map((ref) => ref.name)).toEqual(["main"]);
    },
  },
  {
    name: "lists tags with the commit they stand for",
    assertions: 1,
    async run(open) {
      const { forge, key, find } = open();
      const refs = await everything((cursor) =>
        forge.refs.list(key("acme/site"), { kind: "tag", limit: 30, cursor }),
      );
      const tags = [...find("acme/site").tags].map(([name, tag]) => [name, tag.sha]);
      expect(Object.fromEntries(refs.map((ref) => [ref.name, ref.sha]))).toEqual(Object.fromEntries(tags));
    },
  },
  {
    name: "finds a branch by a part of its name",
    assertions: 2,
    async run(open) {
      const { forge, key } = open();
      const found = (search: string) =>
        everything((cursor) => forge.refs.list(key("acme/site"), { ...branch, search, cursor }));
      expect((await found("npm_")).map((ref) => ref.name)).toEqual([ODD_BRANCHES[1]]);
      expect(await found("no-such-branch")).toEqual([]);
    },
  },
  {
    name: "lists nothing for an empty repository",
    assertions: 2,
    async run(open) {
      const { forge, key } = open();
      expect((await forge.refs.list(key("acme/empty"), branch)).items).toEqual([]);
      expect((await forge.refs.list(key("acme/empty"), { ...branch, kind: "tag" })).items).toEqual([]);
    },
  },
  {
    name: "reads 10,000 branches in pages",
    anyAuthMethod: true,
    assertions: 1,
    async run(open) {
      const world = seedWorld();
      const { forge, key, find } = open({ world });
      addBranches(find("acme/site"), 10_000);
      const refs = await everything((cursor) =>
        forge.refs.list(key("acme/site"), { ...branch, limit: 100, cursor }),
      );
      expect(new Set(refs.map((ref) => ref.name)).size).toBe(10_005);
    },
  },
  {
    name: "resolves branches with odd names to their exact commit",
    assertions: 5,
    async run(open) {
      const { forge, key, find } = open();
      for (const name of ["main", ...ODD_BRANCHES]) {
        const { sha } = await forge.refs.resolve(key("acme/site"), name);
        expect([name, sha]).toEqual([name, find("acme/site").branches.get(name)]);
      }
    },
  },
  {
    name: "resolves plain and annotated tags, and the full names of refs",
    assertions: 4,
    async run(open) {
      const { forge, key, find } = open();
      const { tags, branches } = find("acme/site");
      const resolved = async (ref: string) => (await forge.refs.resolve(key("acme/site"), ref)).sha;
      expect(await resolved("v1.0.0")).toBe(tags.get("v1.0.0")?.sha);
      expect(await resolved("release/1")).toBe(tags.get("release/1")?.sha);
      expect(await resolved("refs/tags/release/1")).toBe(tags.get("release/1")?.sha);
      expect(await resolved("refs/heads/main")).toBe(branches.get("main"));
    },
  },
  {
    name: "resolves a full commit id to itself",
    assertions: 1,
    async run(open) {
      const { forge, key, find } = open();
      const sha = find("acme/site").branches.get("main") ?? "";
      expect((await forge.refs.resolve(key("acme/site"), sha)).sha).toBe(sha);
    },
  },
  {
    name: "describes the commit where the host can",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const { forge, key, addresses } = open();
      const { sha, commit } = await forge.refs.resolve(key("acme/site"), "main");
      expect(commit).toMatchObject({
        sha,
        subject: "Add a style",
        author: "Ada Example",
        committedAt: "2026-01-01T00:01:00.000Z",
        url: expect.stringMatching(/\/.*commit/),
      });
      expect(commit?.url?.startsWith(`${addresses("acme/site").url}/`)).toBe(true);
    },
  },
  {
    name: "tells a ref that is gone from a repository without commits",
    assertions: 2,
    async run(open) {
      const { forge, key } = open();
      const fault = (name: string, ref: string) => faultOf(forge.refs.resolve(key(name), ref));
      expect(await fault("acme/site", "deleted/branch")).toEqual({ code: "not_found", reason: "ref_gone" });
      expect(await fault("acme/empty", "main")).toEqual({ code: "not_found", reason: "repository_empty" });
    },
  },
  {
    name: "knows no refs of a repository that may not be seen",
    assertions: 2,
    async run(open) {
      const { forge, key } = open();
      const hidden = key("acme-evil/secret");
      expect((await faultOf(forge.refs.list(hidden, branch))).code).toBe("not_found");
      expect((await faultOf(forge.refs.resolve(hidden, "main"))).code).toBe("not_found");
    },
  },
  {
    name: "hands git an address without user-info and a credential that reads the repository",
    assertions: 3,
    async run(open) {
      const { forge, key, find, host, addresses } = open();
      const { url, credential } = await forge.git.remote(key("acme/site"));
      expect(url).toBe(addresses("acme/site").cloneUrl);
      const { username = null, password = null } = credential ?? {};
      expect(host.mayReadGit(find("acme/site"), username, password)).toBe(true);
      expect(host.mayReadGit(find("ada/diary"), username, password)).toBe(false);
    },
  },
];
