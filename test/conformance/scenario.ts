import type { Harness, HarnessOptions } from "@test/conformance/harness";
import { expect } from "vitest";
import type { Page } from "@/git/nouns";
import { Fault, type FaultCode } from "@/lib/fault";
import type { Forge, RepositoryQuery } from "@/providers/provider";
import { EXPIRED_TOKEN, LONELY_TOKEN } from "@/providers/simulator/seed";
import type { WorldRepository } from "@/providers/simulator/world";

/** One requirement for every forge. It is skipped for a provider without the feature, and the test name says so. */
export interface Step {
  name: string;
  needs?: "repositories" | "owners";
  /** Takes long and does not depend on the auth method: run for one of them. */
  anyAuthMethod?: true;
  /** Number of assertions, the same for every type. */
  assertions: number;
  run(open: (options?: HarnessOptions) => Harness): Promise<void>;
}

/** The code and reason of the fault that a call ends in. Any other error is thrown on. */
export async function faultOf(call: Promise<unknown>): Promise<{ code: FaultCode | "none"; reason: string }> {
  try {
    await call;
    return { code: "none", reason: "" };
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, reason: error.reason.code };
    throw error;
  }
}

export function lister(forge: Forge): NonNullable<Forge["repositories"]> {
  if (!forge.repositories) throw new Error("this forge has no list of repositories");
  return forge.repositories;
}

/** Every page of a list, 500 at most. */
export async function everything<Item>(read: (cursor?: string) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < 500; page++) {
    const answer = await read(cursor);
    items.push(...answer.items);
    if (answer.nextCursor === null) return items;
    cursor = answer.nextCursor;
  }
  throw new Error("the list does not end");
}

/** Full names of all repositories of a query, sorted; archived ones may be left out by a host. */
export async function namesOf(forge: Forge, query: Partial<RepositoryQuery> = {}): Promise<string[]> {
  const all = await everything((cursor) => lister(forge).list({ limit: 30, ...query, cursor }));
  return all
    .filter((one) => !one.archived)
    .map((one) => one.fullName)
    .toSorted();
}

const credentialHeaders = ["authorization", "private-token", "x-api-key"];

export const identitySteps: Step[] = [
  {
    name: "says what answers, without sending a credential",
    assertions: 2,
    async run(open) {
      const { forge, sent } = open();
      expect((await forge.probe()).product).not.toBe("");
      expect(
        sent.flatMap((request) => credentialHeaders.filter((name) => request.headers.has(name))),
      ).toEqual([]);
    },
  },
  {
    name: "says whose credential it is and what it may do",
    needs: "repositories",
    assertions: 3,
    async run(open) {
      const { forge, provider, authMethod, sent } = open();
      const identity = await forge.verify();
      expect(identity.account?.name).toBe("acme-bot");
      expect(Object.keys(identity.capabilities).toSorted()).toEqual(
        provider.manifest.methods[authMethod]?.can.toSorted(),
      );
      expect(sent.every((request) => request.url.startsWith("https://git.example.com/sub/"))).toBe(true);
    },
  },
  {
    name: "refuses a credential that is wrong or has ended",
    needs: "repositories",
    assertions: 4,
    async run(open) {
      for (const token of ["wrong-0000000000000000", EXPIRED_TOKEN]) {
        expect((await faultOf(open({ token }).forge.verify())).code).toBe("credential_rejected");
        expect((await faultOf(namesOf(open({ token }).forge))).code).toBe("credential_rejected");
      }
    },
  },
  {
    name: "refuses to read refs with a credential that is wrong or has ended",
    assertions: 2,
    async run(open) {
      for (const token of ["wrong-0000000000000000", EXPIRED_TOKEN]) {
        const { forge, key } = open({ token });
        const fault = await faultOf(forge.refs.list(key("acme/site"), { kind: "branch", limit: 10 }));
        expect(fault.code).toBe("credential_rejected");
      }
    },
  },
  {
    name: "sends no request for a credential that cannot stand in a header",
    needs: "repositories",
    assertions: 2,
    async run(open) {
      const { forge, sent } = open({ token: "one\r\nx-evil: two" });
      expect((await faultOf(namesOf(forge))).code).toBe("credential_rejected");
      expect(sent).toEqual([]);
    },
  },
  {
    name: "points to the page of credentials below the public address, or to the one place that the manifest names",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const { forge, authMethod, provider } = open();
      const page = forge.page("credentials") ?? "";
      const named = provider.manifest.methods[authMethod]?.credentialPage;
      expect(page === named || page.startsWith("https://git.example.com/sub/")).toBe(true);
    },
  },
  {
    name: "shows nothing private to an account without access",
    needs: "repositories",
    assertions: 1,
    async run(open) {
      const at = open({ token: LONELY_TOKEN });
      const isOpen = (one: WorldRepository) => at.host.listsPublic === true && !one.private && !one.archived;
      const names = at.world.repositories.filter(isOpen).map((one) => at.host.fullName(one));
      expect(await namesOf(at.forge)).toEqual(names.toSorted());
    },
  },
  {
    name: "lists the organizations of the account, without look-alikes",
    needs: "owners",
    assertions: 2,
    async run(open) {
      const names = await open().forge.owners?.list();
      expect(names).toContain("acme");
      expect(names).not.toContain("acme-evil");
    },
  },
];
