import { testEnv } from "@test/kit/database";
import { beforeAll, describe, expect, it } from "vitest";
import { buildEnvironment, buildPath } from "@/features/deployment/run/build-environment";
import { setEnv } from "@/lib/env";

beforeAll(() => setEnv(testEnv()));

describe("the PATH of a build", () => {
  it.each([
    ["/app/node_modules/.bin:/usr/bin:/bin", "/usr/bin:/bin"],
    ["/app/node_modules/.bin/:/node_modules/.bin:/usr/bin", "/usr/bin"],
    ["/x/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/bin", "/usr/bin"],
    [".:bin::/usr/bin", "/usr/bin"],
    ["/opt/my.bin:/usr/bin", "/opt/my.bin:/usr/bin"],
    ["", "/usr/local/bin:/usr/bin:/bin"],
  ])("of %j is %j", (given, expected) => {
    expect(buildPath(given)).toBe(expected);
  });
});

describe("the variables of a build", () => {
  const commit = { sha: "a".repeat(40), subject: "", author: "", committedAt: "", url: null };
  const environment = { name: "staging", branch: "next", site: "shop--staging" };
  const of = (ref: string, variables = {}) =>
    buildEnvironment({ commit, ref, environment }, { home: "/h", temp: "/t" }, variables);

  it("name what is built, and for a commit id the branch of the environment", () => {
    expect(of("main")).toMatchObject({
      CI: "true",
      SLIPWAY_COMMIT_SHA: commit.sha,
      SLIPWAY_BRANCH: "main",
      SLIPWAY_ENVIRONMENT: "staging",
      SLIPWAY_DEPLOYMENT_URL: "http://shop--staging.localhost:3000",
    });
    expect(of(commit.sha).SLIPWAY_BRANCH).toBe("next");
  });

  it("include those of the environment, which cannot override the commit", () => {
    const env = of("main", { CI: "false", SLIPWAY_COMMIT_SHA: "other", API_KEY: "x" });
    expect(env).toMatchObject({ CI: "false", API_KEY: "x", SLIPWAY_COMMIT_SHA: commit.sha });
  });
});
