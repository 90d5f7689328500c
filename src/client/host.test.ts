import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addressOfText,
  allHosts,
  hostOfProvider,
  hostOfUrl,
  isRepositoryName,
  originOfText,
  typeAt,
  withPathOf,
} from "@/client/host";
import type { GitProviderType } from "@/features/git-provider/contract";
import { registry } from "@/providers/registry";

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
    { label: "Lab self-managed", logo: "lab.svg", needsAddress: true },
  ]),
];

describe("choosing a host from a pasted address", () => {
  it("recognizes a public host, whatever path follows", () => {
    const choice = hostOfUrl(types, "https://mountain.example/acme/site/src/branch/main");
    expect(choice).toMatchObject({
      type: { type: "tea" },
      host: { label: "Mountain" },
      url: "https://mountain.example",
    });
  });

  it("recognizes the product from the host name", () => {
    expect(hostOfUrl(types, "lab.acme.org/team/site")).toMatchObject({
      host: { label: "Lab self-managed" },
      url: "https://lab.acme.org",
    });
  });

  it("accepts the scp-like form of an SSH address", () => {
    expect(hostOfUrl(types, "git@lab.com:acme/site.git")?.host.label).toBe("Lab");
  });

  it("does not mistake a look-alike for a public host", () => {
    expect(hostOfUrl(types, "https://lab.com.evil.example/acme")?.url).not.toBe("https://lab.com");
  });

  it("chooses nothing when the host name does not name a product", () => {
    expect(hostOfUrl(types, "https://git.acme.org/x")).toBeNull();
    expect(originOfText("https://git.acme.org:3000/x")).toBe("https://git.acme.org:3000");
    expect(hostOfUrl(types, "hello")).toBeNull();
  });

  it.each([
    [
      "https://acme.ghe.com/web/site",
      "github",
      "GitHub Enterprise",
      "https://acme.ghe.com",
      { organization: "web" },
    ],
    [
      "contoso.visualstudio.com/Web/_git/site",
      "azureDevops",
      "Azure DevOps",
      "https://contoso.visualstudio.com",
      { organizationName: "contoso", projectName: "Web" },
    ],
    [
      "https://dev.azure.com/contoso/My%20Web/_git/site",
      "azureDevops",
      "Azure DevOps",
      "https://dev.azure.com",
      { organizationName: "contoso", projectName: "My Web" },
    ],
    [
      "https://dev.azure.com/contoso/_git/site",
      "azureDevops",
      "Azure DevOps",
      "https://dev.azure.com",
      { organizationName: "contoso" },
    ],
    [
      "git@ssh.dev.azure.com:v3/contoso/Web/site",
      "azureDevops",
      "Azure DevOps",
      "https://dev.azure.com",
      { organizationName: "contoso", projectName: "Web" },
    ],
    ["git@ssh.github.com:acme/site.git", "github", "GitHub", "https://github.com", { organization: "acme" }],
    [
      "https://gitlab.com/acme/platform/site/-/tree/main/docs",
      "gitlab",
      "GitLab",
      "https://gitlab.com",
      { groupName: "acme/platform" },
    ],
    ["git@gitlab.com:acme/site.git", "gitlab", "GitLab", "https://gitlab.com", { groupName: "acme" }],
    [
      "https://gitlab.example.com/groups/acme/platform/-/settings",
      "gitlab",
      "GitLab self-managed",
      "https://gitlab.example.com",
      { groupName: "acme/platform" },
    ],
    [
      "https://bitbucket.example.com/projects/WEB/repos/site/browse",
      "bitbucketServer",
      "Bitbucket Data Center",
      "https://bitbucket.example.com",
      { projectKey: "WEB" },
    ],
    [
      "ssh://git@bitbucket.example.com:7999/WEB/site.git",
      "bitbucketServer",
      "Bitbucket Data Center",
      "https://bitbucket.example.com",
      { projectKey: "WEB" },
    ],
    [
      "https://bitbucket.example.com/users/jane/repos/site",
      "bitbucketServer",
      "Bitbucket Data Center",
      "https://bitbucket.example.com",
      undefined,
    ],
    ["https://gist.github.com/jane/0123abcd", "git", "Git server", "https://gist.github.com", undefined],
    ["https://github.com/acme/site", "github", "GitHub", "https://github.com", { organization: "acme" }],
    [
      "https://bitbucket.org/acme/site",
      "bitbucket",
      "Bitbucket",
      "https://bitbucket.org",
      { bitbucketWorkspaceName: "acme" },
    ],
    ["https://www.github.com/orgs/acme", "github", "GitHub", "https://github.com", { organization: "acme" }],
    ["api.github.com", "github", "GitHub", "https://github.com", undefined],
    ["https://github.com/settings/tokens", "github", "GitHub", "https://github.com", undefined],
    [
      "ssh://git@github.com:22/acme/site.git",
      "github",
      "GitHub",
      "https://github.com",
      { organization: "acme" },
    ],
    [
      "ssh://git@ssh.github.com:443/acme/site.git",
      "github",
      "GitHub",
      "https://github.com",
      { organization: "acme" },
    ],
    ["git@altssh.gitlab.com:acme/site.git", "gitlab", "GitLab", "https://gitlab.com", { groupName: "acme" }],
    ["https://gitlab.com/dashboard/projects", "gitlab", "GitLab", "https://gitlab.com", undefined],
    [
      "https://bitbucket.org/dashboard/overview",
      "bitbucket",
      "Bitbucket",
      "https://bitbucket.org",
      undefined,
    ],
    [
      "git@vs-ssh.visualstudio.com:v3/contoso/Web/site",
      "azureDevops",
      "Azure DevOps",
      "https://dev.azure.com",
      { organizationName: "contoso", projectName: "Web" },
    ],
  ])("recognizes %s, and keeps the owner", (text, name, label, url, fields) => {
    const all = Object.values(registry).map((one) => type(one.type, one.manifest.hosts));
    const choice = hostOfUrl(all, text);
    expect([choice?.type.type, choice?.host.label, choice?.url, choice?.fields]).toEqual([
      name,
      label,
      url,
      fields,
    ]);
  });

  it("keeps the owner of a server that answers below a path, once it was asked which product it is", () => {
    const all = Object.values(registry).map((one) => type(one.type, one.manifest.hosts));
    const choice = allHosts(all).find(({ host }) => host.label === "Forgejo");
    const text = "https://code.example.com/git/acme/site";
    expect(choice && withPathOf({ ...choice, url: "https://code.example.com/git" }, text).fields).toEqual({
      organizationName: "acme",
    });
  });

  it("does not take git in a host name for a product", () => {
    const all = Object.values(registry).map((one) => type(one.type, one.manifest.hosts));
    expect(hostOfUrl(all, "https://git.acme.com/acme/site")).toBeNull();
    expect(addressOfText("git@code.acme.com:acme/site.git")).toBe("https://code.acme.com/acme/site.git");
  });

  it("does not accept a look-alike of a host's domain", () => {
    const all = Object.values(registry).map((one) => type(one.type, one.manifest.hosts));
    expect(hostOfUrl(all, "https://ghe.com.evil.example/a")).toBeNull();
    expect(hostOfUrl(all, "https://notghe.com/a")).toBeNull();
  });

  it.each([
    ["acme/site", true],
    ["acme/platform/site", true],
    ["git.acme.org/site", false],
    ["hello", false],
  ])("decides whether %s is the name of a repository", (text, expected) => {
    expect(isRepositoryName(text)).toBe(expected);
  });

  it("accepts any text without throwing", () => {
    fc.assert(fc.property(fc.string(), (text) => void hostOfUrl(types, text)));
  });
});

describe("the form of a provider type at a chosen host", () => {
  it("offers the auth methods that exist there, and requires an address where there is no default", () => {
    const field = { name: "teaUrl", label: "Address", advanced: true };
    const method = {
      kind: "form",
      label: "Token",
      why: "",
      fields: [field],
      scopes: [],
      steps: [],
      can: [],
      requires: [],
    };
    const methods = { token: method, oauth: method } as GitProviderType["methods"];
    const tea = { ...type("tea", []), methods };
    const address = { placeholder: "https://tea.example.com", help: "Of your own server." };
    const own = typeAt(tea, { label: "Own", logo: "", needsAddress: true, address, methods: ["token"] });
    expect(Object.keys(own.methods)).toEqual(["token"]);
    expect(own.methods.token?.fields[0]).toMatchObject({ required: true, advanced: false, ...address });
    expect(typeAt(tea, { label: "Public", logo: "" }).methods).toEqual(methods);
  });
});

describe("naming the host of a stored provider", () => {
  it("prefers the public host at its address", () => {
    expect(hostOfProvider(types[0], "https://mountain.example").label).toBe("Mountain");
    expect(hostOfProvider(types[0], "https://git.acme.org").label).toBe("tea");
    expect(hostOfProvider(undefined, null).logo).toBe("git.svg");
  });
});
