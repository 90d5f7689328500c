import type { Harness } from "@test/conformance/harness";
import { everything, faultOf, lister, namesOf, type Step } from "@test/conformance/scenario";
import { expect } from "vitest";
import { addRepositories, seedWorld } from "@/providers/simulator/seed";
import { belongsTo, isWithin, type WorldRepository } from "@/providers/simulator/world";

/** Names that the bot should see of the world, archived ones apart. */
function expected(
  { host, world }: Harness,
  filter: (one: WorldRepository) => boolean = () => true,
): string[] {
  const isListed = (one: WorldRepository) =>
    belongsTo(world, one, "acme-bot") || (host.listsPublic === true && !one.private);
  return world.repositories
    .filter((one) => !one.archived && isListed(one) && filter(one))
    .map((one) => host.fullName(one))
    .filter((name) => name !== null)
    .toSorted();
}

export const repositorySteps: Step[] = [
  {
    name: "lists what belongs to the account, and nothing else",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const at = open();
      expect(await namesOf(at.forge)).toEqual(expected(at));
    },
  },
  {
    name: "gives every repository once, page by page",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const at = open();
      const cursors: string[] = [];
      const all = await everything(async (cursor) => {
        cursors.push(cursor ?? "");
        return lister(at.forge).list({ limit: 2, cursor });
      });
      expect(
        all
          .filter((one) => !one.archived)
          .map((one) => one.fullName)
          .toSorted(),
      ).toEqual(expected(at));
      expect(cursors.map((text) => Buffer.from(text, "base64url").toString()).join()).not.toMatch(/https?:/);
    },
  },
  {
    name: "costs one request for a first page, also of 20,000 repositories, where the host has such a list",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const world = seedWorld();
      addRepositories(world, "acme", 20_000);
      const { forge, sent, host } = open({ world });
      const page = await lister(forge).list({ limit: 100 });
      expect(sent).toHaveLength(host.firstPageRequests ?? 1);
      expect(page.items.length).toBeGreaterThanOrEqual(50);
      expect(page.nextCursor).not.toBeNull();
    },
  },
  {
    name: "finds a repository among 20,000 by a part of its name",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const world = seedWorld();
      addRepositories(world, "acme", 20_000);
      expect(await namesOf(open({ world }).forge, { search: "K-1999" })).toHaveLength(10);
    },
  },
  {
    name: "searches in what belongs to the account only",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const at = open();
      expect(await namesOf(at.forge, { search: "SITE" })).toEqual(expected(at, (one) => one.name === "site"));
      expect(await namesOf(at.forge, { search: "no-such-thing" })).toEqual([]);
    },
  },
  {
    name: "keeps to an owner with its sub-groups, and never to a look-alike",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const at = open();
      expect(await namesOf(at.forge, { owner: "acme" })).toEqual(
        expected(at, (one) => isWithin(one.owner, "acme")),
      );
      expect(await namesOf(at.forge, { owner: "acme", search: "s" })).not.toContain("acme-evil/site");
      expect(await namesOf(at.forge, { owner: "acme", search: "site" })).toEqual([
        at.key("acme/site").fullName,
      ]);
    },
  },
  {
    name: "never leaves the owner that the settings name",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const ownerField = open().provider.manifest.ownerField ?? "";
      const at = open({ settings: { [ownerField]: "acme" } });
      expect(await namesOf(at.forge)).toEqual(expected(at, (one) => isWithin(one.owner, "acme")));
      expect(await namesOf(at.forge, { owner: "ada" })).toEqual([]);
    },
  },
  {
    name: "names an owner that is not there",
    needs: "repositories",
    assertions: 1,
    run: async (open) =>
      expect(await faultOf(namesOf(open().forge, { owner: "acmee" }))).toEqual({
        code: "not_found",
        reason: "owner_not_found",
      }),
  },
  {
    name: "takes no cursor that is damaged or of another query",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const { forge } = open();
      const { nextCursor } = await lister(forge).list({ limit: 1 });
      expect(nextCursor).not.toBeNull();
      for (const query of [{ cursor: nextCursor ?? "", search: "s" }, { cursor: "https://evil.example/" }]) {
        const fault = await faultOf(lister(forge).list({ limit: 1, ...query }));
        expect(fault).toEqual({ code: "invalid_input", reason: "cursor_invalid" });
      }
    },
  },
  {
    name: "gets a repository by its id and by its name",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const { forge, id, key, addresses } = open();
      const byName = await lister(forge).get(key("acme/site"));
      expect(byName).toMatchObject({
        id: id("acme/site"),
        name: "site",
        owner: "acme",
        ...addresses("acme/site"),
        defaultBranch: "main",
        private: true,
        archived: false,
      });
      expect(await lister(forge).get({ id: byName.id, fullName: "renamed/since" })).toEqual(byName);
    },
  },
  {
    name: "tells an empty, a public and, where the host knows such, an archived repository",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const { forge, key, find, host } = open();
      const get = (name: string) => lister(forge).get(key(name));
      expect(await get("acme/empty")).toMatchObject({ defaultBranch: null });
      const isKnown = host.fullName(find("acme/old")) !== null;
      expect(!isKnown || (await get("acme/old")).archived).toBe(true);
      expect(await get("acme/Handbook")).toMatchObject({
        private: host.isPrivate?.(find("acme/Handbook")) ?? false,
      });
    },
  },
  {
    name: "knows no repository that is not there or may not be seen",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const { forge, id } = open();
      for (const key of [
        { fullName: "acme/none" },
        { fullName: "acme-evil/secret" },
        { id: id("acme-evil/secret"), fullName: "acme/site" },
      ]) {
        expect((await faultOf(lister(forge).get(key))).code).toBe("not_found");
      }
    },
  },
];
