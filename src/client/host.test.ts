import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostOfProvider, hostOfUrl, originOfText } from "@/client/host";
import type { GitProviderType } from "@/features/git-provider/contract";

function type(name: string, hosts: GitProviderType["hosts"]): GitProviderType {
  return {
    type: name,
    idField: `${name}Id`,
    label: name,
    logo: `${name}.svg`,
    docs: "https://docs.example",
    hosts,
    urlField: `${name}Url`,
    methods: {},
    hasRepositories: true,
    callbackUrl: "http://localhost/callback",
  };
}

const types = [
  type("tea", [
    { label: "Tea", logo: "tea.svg" },
    { label: "Mountain", baseUrl: "https://mountain.example", logo: "mountain.svg" },
  ]),
  type("lab", [
    { label: "Lab", baseUrl: "https://lab.com", logo: "lab.svg" },
    { label: "Lab self-managed", logo: "lab.svg" },
  ]),
];

describe("choosing a host from a pasted address", () => {
  it("knows the address of a public host, whatever stands behind it", () => {
    const choice = hostOfUrl(types, "https://mountain.example/acme/site/src/branch/main");
    expect(choice).toMatchObject({
      type: { type: "tea" },
      host: { label: "Mountain" },
      url: "https://mountain.example",
    });
  });

  it("reads the product in the name of the host", () => {
    expect(hostOfUrl(types, "lab.acme.org/team/site")).toMatchObject({
      host: { label: "Lab self-managed" },
      url: "https://lab.acme.org",
    });
  });

  it("reads the short form of ssh", () => {
    expect(hostOfUrl(types, "git@lab.com:acme/site.git")?.host.label).toBe("Lab");
  });

  it("does not take a look-alike for a public host", () => {
    expect(hostOfUrl(types, "https://lab.com.evil.example/acme")?.url).not.toBe("https://lab.com");
  });

  it("leaves the choice to the person when the name tells nothing", () => {
    expect(hostOfUrl(types, "https://git.acme.org/x")).toBeNull();
    expect(originOfText("https://git.acme.org:3000/x")).toBe("https://git.acme.org:3000");
    expect(hostOfUrl(types, "hello")).toBeNull();
  });

  it("takes any text without failing", () => {
    fc.assert(fc.property(fc.string(), (text) => void hostOfUrl(types, text)));
  });
});

describe("naming the host of a stored provider", () => {
  it("prefers the public host at its address", () => {
    expect(hostOfProvider(types[0], "https://mountain.example").label).toBe("Mountain");
    expect(hostOfProvider(types[0], "https://git.acme.org").label).toBe("tea");
    expect(hostOfProvider(undefined, null).logo).toBe("git.svg");
  });
});
