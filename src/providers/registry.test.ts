import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "@/providers/registry";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const shared = new Set(["kit", "simulator", "connection"]);

/** Every folder has these files, so that whoever knows one folder knows them all. */
const everywhere = [
  "README.md",
  "fake/index.ts",
  "identity.ts",
  "index.ts",
  "manifest.ts",
  "parse-url.ts",
  "probe.ts",
  "refs.ts",
  "settings.ts",
];
const withApi = [
  ...["api.ts", "convert.ts", "error-mapping.ts", "fixtures", "repositories.ts", "schema.ts"],
  ...["fake/hooks.ts", "hooks.ts", "webhook.ts", "webhook-event.ts"],
];

it("the registry has a line for every provider folder, and a folder for every line", () => {
  const folders = readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !shared.has(entry.name))
    .map((entry) => entry.name);
  expect(Object.keys(registry).toSorted()).toEqual(folders.toSorted());
});

describe.each(Object.entries(registry))("the provider %s", (type, provider) => {
  const { manifest } = provider;
  const settings = Object.keys(provider.settings.shape);
  const secrets = Object.keys(provider.secrets.shape);

  it("has the files that every folder has", () => {
    const isListing = existsSync(path.join(here, type, "repositories.ts"));
    const wanted = [...everywhere, `${type}.test.ts`, ...(isListing ? withApi : [])];
    expect(readdirSync(path.join(here, type), { recursive: true })).toEqual(expect.arrayContaining(wanted));
  });

  it("has the name of its folder as its type", () => {
    expect([provider.type, provider.idField]).toEqual([type, `${type}Id`]);
  });

  it("lists exactly the columns of its table, except the secret ones", () => {
    expect({ settings: settings.toSorted(), secrets: secrets.toSorted() }).toEqual(
      columnsOf(type, provider.idField),
    );
  });

  it("has a table of the same name", () => {
    const model = `${type[0]?.toUpperCase()}${type.slice(1)}`;
    const text = schemaOf(type);
    expect([/^model (\w+) \{/m.exec(text)?.[1], /@@map\("(\w+)"\)/.exec(text)?.[1]]).toEqual([model, type]);
  });

  it("has forms whose fields are stored where the form says", () => {
    for (const method of Object.values(manifest.methods)) {
      for (const field of method.fields.filter((one) => one.name !== "tokenExpiresOn")) {
        expect(field.secret ? secrets : settings, field.name).toContain(field.name);
      }
      expect(secrets).toEqual(expect.arrayContaining(method.requires));
      const client = method.client ? [method.client] : (method.together?.any ?? []);
      expect([...settings, ...secrets]).toEqual(expect.arrayContaining(client));
      expect(client.length > 0, "what its tokens are granted to").toBe(Boolean(method.renews));
      if (method.signIn) expect(provider.addressFields).toContain(method.signIn.field);
      const named = new Set(method.scopes.flatMap((scope) => scope.needs));
      // An ended method has no capability, and names the scopes of its replacement.
      expect(method.can).toEqual(method.removed ? [] : expect.arrayContaining([...named]));
    }
  });

  it("refers only to settings and pictures that exist", () => {
    const { urlField, internalUrlField, ownerField } = manifest;
    const fields = [urlField, internalUrlField, ownerField, ...provider.addressFields].filter(Boolean);
    expect(settings).toEqual(expect.arrayContaining(fields));
    const logos = [manifest.logo, ...manifest.hosts.map((host) => host.logo)];
    expect(logos.filter((logo) => !existsSync(path.join(root, "public/logo", logo)))).toEqual([]);
  });
});

/** The columns in prisma/schema/<type>.prisma beside the two ids; `/// @secret` above a column marks it. */
function columnsOf(type: string, idField: string): { settings: string[]; secrets: string[] } {
  const lines = schemaOf(type).split("\n");
  const columns = { settings: [] as string[], secrets: [] as string[] };
  for (const [index, line] of lines.entries()) {
    const name = /^ {2}(\w+)\s+(?:String|Int|Boolean|DateTime)\b/.exec(line)?.[1];
    if (!name || name === idField || name === "gitProviderId") continue;
    const isSecret = lines[index - 1]?.trim() === "/// @secret";
    (isSecret ? columns.secrets : columns.settings).push(name);
  }
  return { settings: columns.settings.toSorted(), secrets: columns.secrets.toSorted() };
}

function schemaOf(type: string): string {
  return readFileSync(path.join(root, `prisma/schema/${type}.prisma`), "utf8");
}
