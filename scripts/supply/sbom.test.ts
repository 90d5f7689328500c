import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

interface Component {
  name: string;
  version: string;
  hashes?: { alg: string; content: string }[];
  licenses?: { license?: { id: string }; expression?: string }[];
  "bom-ref": string;
}

interface Bill {
  bomFormat: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Installed {
  version: string;
  dev?: boolean;
  integrity: string;
}

const root = path.resolve(import.meta.dirname, "../..");
const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), "utf8"));
const printed = spawnSync(process.execPath, [path.join(root, "scripts/sbom.mjs")], { encoding: "utf8" });
const bill: Bill = JSON.parse(printed.stdout);
const installed: [name: string, Installed][] = Object.entries<Installed>(
  read("node_modules/.package-lock.json").packages,
)
  .filter(([, { dev }]) => !dev)
  .map(([place, entry]) => [place.replace(/^.*node_modules\//, ""), entry]);

describe("the bill of materials", () => {
  it("lists every installed package that is not for development alone, in its version", () => {
    const wanted = installed.map(([name, { version }]) => `${name}@${version}`);
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
    expect(bill.bomFormat).toBe("CycloneDX");
    expect([...new Set(listed)].toSorted()).toEqual([...new Set(wanted)].toSorted());
    expect(listed).toContain(`react@${read("node_modules/react/package.json").version}`);
    expect(listed.filter((each) => /^(vitest|@biomejs.biome)@/.test(each))).toEqual([]);
  });

  it("names the direct dependencies of Slipway as needed by it", () => {
    const own = bill.dependencies.find(({ ref }) => ref === bill.metadata.component["bom-ref"]);
    const names = own?.dependsOn.map((ref) => ref.replace(/@[^@]*$/, ""));
    expect(names).toEqual(expect.arrayContaining(Object.keys(read("package.json").dependencies)));
  });

  it("gives each package the hash that the lockfile has", () => {
    const hashes = new Map(bill.components.map((each) => [`${each.name}@${each.version}`, each.hashes]));
    for (const [name, { version, integrity }] of installed) {
      const [, algorithm, base64 = ""] = /^sha(\d+)-(\S+)/.exec(integrity) ?? [];
      const content = Buffer.from(base64, "base64").toString("hex");
      expect(hashes.get(`${name}@${version}`)).toContainEqual({ alg: `SHA-${algorithm}`, content });
    }
  });

  it("gives each package a licence, none of them a strong copyleft", () => {
    const without = bill.components.filter(({ licenses }) => !licenses?.[0]);
    expect(without.map(({ name }) => name)).toEqual([]);
    const copyleft = /\b(A?GPL|SSPL|BUSL)-/;
    const strong = bill.components.filter(({ licenses }) =>
      licenses?.some(({ license, expression }) => copyleft.test(license?.id ?? expression ?? "")),
    );
    expect(strong.map(({ name }) => name)).toEqual([]);
  });

  it("refers only to what it lists", () => {
    const refs = [bill.metadata.component, ...bill.components].map((component) => component["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    const referred = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(referred.filter((ref) => !refs.includes(ref))).toEqual([]);
  });
});
