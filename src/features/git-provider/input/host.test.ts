import { describe, expect, it } from "vitest";
import { assertHost } from "@/features/git-provider/input/host";
import { Fault } from "@/lib/fault";
import { registry } from "@/providers/registry";

function refused(type: string, host: string, authMethod: string, settings: Record<string, unknown>): string {
  const provider = registry[type];
  if (!provider) throw new Error(`no provider ${type}`);
  try {
    assertHost(provider, host, authMethod, settings);
    return "";
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

describe("creating a provider for a chosen host", () => {
  it("refuses GitHub Enterprise without its address, since the token would go to github.com", () => {
    expect(refused("github", "GitHub Enterprise", "token", {})).toMatch(
      /^.*githubUrl: .*address of your own/,
    );
    expect(refused("github", "GitHub Enterprise", "token", { githubUrl: "https://acme.ghe.com" })).toBe("");
    expect(refused("github", "GitHub", "token", {})).toBe("");
  });

  it("refuses Azure DevOps Server without its address, or with a method that it does not support", () => {
    const server = { azureDevopsUrl: "https://tfs.example.com" };
    expect(refused("azureDevops", "Azure DevOps Server", "token", {})).toContain("azureDevopsUrl");
    expect(refused("azureDevops", "Azure DevOps Server", "oauth", server)).toContain("Personal access token");
    expect(refused("azureDevops", "Azure DevOps Server", "token", server)).toBe("");
  });

  it("refuses a host that the type does not have and names it", () => {
    expect(refused("gitlab", "GitHub", "token", {})).toContain('no host called "GitHub"');
  });
});
