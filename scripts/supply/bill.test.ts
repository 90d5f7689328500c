import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { billOf } from "./bill.mjs";

interface Component {
  name: string;
  version: string;
  scope: string;
  licenses?: { license?: { id: string }; expression?: string }[];
  "bom-ref": string;
}

interface Bill {
  specVersion: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const root = path.resolve(import.meta.dirname, "../..");
const read = (name: string) => JSON.parse(readFileSync(path.join(root, name), "utf8"));
const printed = spawnSync(process.execPath, [path.join(root, "scripts/sbom.mjs")], { encoding: "utf8" });
const bill: Bill = JSON.parse(printed.stdout);

describe("the bill of materials", () => {
  it("lists every package that is installed without development packages, in its version", () => {
    const packages: Record<string, { version: string; dev?: boolean }> = read("package-lock.json").packages;
    const wanted = Object.entries(packages)
      .filter(([place, { dev }]) => place !== "" && !dev)
      .map(([place, { version }]) => `${place.replace(/^.*node_modules\//, "")}@${version}`);
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.toSorted()).toEqual([...new Set(wanted)].toSorted());
    expect(listed).toContain(`react@${packages["node_modules/react"]?.version}`);
  });

  it("names what Slipway itself needs as needed by it", () => {
    const { dependencies, optionalDependencies } = read("package.json");
    const own = bill.dependencies.find(({ ref }) => ref === bill.metadata.component["bom-ref"]);
    const names = own?.dependsOn.map((ref) => decodeURIComponent(ref).replace(/^pkg:npm\/(.*)@.*$/, "$1"));
    expect(names?.toSorted()).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).toSorted());
  });

  it("gives each a licence", () => {
    const without = bill.components.filter(({ licenses }) => !licenses?.[0]);
    expect(without.map(({ name }) => name)).toEqual([]);
    const copyleft = /\b(A?GPL|SSPL|BUSL)-/;
    const strong = bill.components.filter(({ licenses }) =>
      licenses?.some(({ license, expression }) => copyleft.test(license?.id ?? expression ?? "")),
    );
    expect(strong.map(({ name }) => name)).toEqual([]);
  });

  it("points only at what it lists", () => {
    const refs = [bill.metadata.component, ...bill.components].map((component) => component["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    const pointed = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(pointed.filter((ref) => !refs.includes(ref))).toEqual([]);
  });
});

describe("a bill of a lockfile", () => {
  const packages = {
    "": { dependencies: { a: "1", shared: "1" }, devDependencies: { tool: "1" } },
    "node_modules/a": { version: "1.0.0", dependencies: { "@s/b": "2" }, license: "MIT and ISC" },
    "node_modules/a/node_modules/@s/b": { version: "2.0.0", integrity: "sha512-AQID" },
    "node_modules/@s/b": { version: "1.0.0", optional: true, dependencies: { shared: "1" } },
    "node_modules/shared": { version: "1.0.0" },
    "node_modules/tool": { version: "1.0.0", dev: true, dependencies: { shared: "1" } },
  };
  const made = billOf({ name: "app", version: "0.0.1" }, packages) as Bill;
  const needs = (ref: string) => made.dependencies.find((each) => each.ref === ref)?.dependsOn;

  it("keeps what a tool needs as well, without the tool", () => {
    expect(made.components.map(({ name }) => name)).toEqual(["a", "@s/b", "@s/b", "shared"]);
    expect(needs("pkg:npm/app@0.0.1")).toEqual(["pkg:npm/a@1.0.0", "pkg:npm/shared@1.0.0"]);
  });

  it("follows a need to the nearest copy", () => {
    expect(needs("pkg:npm/a@1.0.0")).toEqual(["pkg:npm/%40s/b@2.0.0"]);
    expect(needs("pkg:npm/%40s/b@1.0.0")).toEqual(["pkg:npm/shared@1.0.0"]);
  });

  it("writes hashes and licences the way the format has them", () => {
    expect(made.components[0]).toMatchObject({
      scope: "required",
      licenses: [{ expression: "MIT AND ISC" }],
    });
    expect(made.components[1]).toMatchObject({ hashes: [{ alg: "SHA-512", content: "010203" }] });
    expect(made.components[2]).toMatchObject({ version: "1.0.0", scope: "optional" });
  });
});
