/** A module, and the tests that have to notice small changes of it. */
export interface Target {
  /** Below the project. */
  module: string;
  tests: readonly string[];
  /** Changes after which the module does the same: the changed line as it then stands, and why that is so. */
  equivalent?: Readonly<Record<string, string>>;
}

const run = "src/features/deployment/run";
const app = "src/providers/github/app";
const token = "src/features/git-provider/token";
const refresh = [`${token}/renew-once.test.ts`, `${token}/lease.test.ts`, `${token}/refresh.test.ts`];
const moment = "a millisecond more or less is no part of what is promised";

/** The modules that guard what the rest relies on. */
export const targets: readonly Target[] = [
  {
    module: "src/lib/outbound/request.ts",
    tests: ["src/lib/outbound/request.test.ts", "src/lib/outbound.test.ts"],
  },
  {
    module: "src/lib/outbound/backoff.ts",
    tests: ["src/lib/outbound/backoff.test.ts", "src/lib/outbound.test.ts"],
  },
  {
    module: "src/lib/address.ts",
    tests: ["src/lib/address.test.ts"],
    equivalent: {
      "if (false) return [];": "an IPv4 address lies in none of the IPv6 networks that are asked for next",
    },
  },
  { module: "src/lib/seal.ts", tests: ["src/lib/seal.test.ts", "src/lib/key-ring.test.ts"] },
  { module: "src/lib/retry.ts", tests: ["src/lib/retry.test.ts"] },
  { module: "src/rpc/same-origin.ts", tests: ["src/rpc/same-origin.test.ts"] },
  { module: "src/rpc/idempotency.ts", tests: ["test/scenario/idempotency.test.ts"] },
  { module: "src/rpc/audit.ts", tests: ["src/rpc/audit.test.ts"] },
  {
    module: "src/providers/github/moved.ts",
    tests: ["src/providers/github/moved.test.ts", `${app}/requests.test.ts`],
  },
  { module: `${app}/page.ts`, tests: [`${app}/requests.test.ts`] },
  {
    module: `${app}/access.ts`,
    tests: [`${app}/requests.test.ts`, `${app}/app.test.ts`],
    equivalent: { "const LIFE_MS = 3600001;": moment },
  },
  { module: `${token}/lease.ts`, tests: refresh },
  {
    module: `${token}/refresh.ts`,
    tests: refresh,
    equivalent: {
      "export const renewalMs = 25001;": moment,
      "const endMs = 8001;": moment,
      "const storePausesMs = [251, 500, 1_000, 2_000, 4_000];": moment,
      "const storePausesMs = [250, 501, 1_000, 2_000, 4_000];": moment,
      "const storePausesMs = [250, 500, 1001, 2_000, 4_000];": moment,
      "const storePausesMs = [250, 500, 1_000, 2001, 4_000];": moment,
      "const storePausesMs = [250, 500, 1_000, 2_000, 4001];": moment,
    },
  },
  {
    module: `${token}/ensure-fresh.ts`,
    tests: [`${token}/ensure-fresh.test.ts`, `${token}/refresh.test.ts`],
    equivalent: {
      "const waitMs = 60001;": moment,
      "const slowestPollMs = 1001;": moment,
      "for (let pauseMs = 26; Date.now() < until; pauseMs = Math.min(2 * pauseMs, slowestPollMs)) {": moment,
      "for (let pauseMs = 25; Date.now() <= until; pauseMs = Math.min(2 * pauseMs, slowestPollMs)) {": moment,
    },
  },
  { module: `${run}/janitor.ts`, tests: [`${run}/janitor.test.ts`] },
  { module: `${run}/heartbeat.ts`, tests: [`${run}/release.test.ts`] },
  { module: "src/features/deployment/lease.ts", tests: [`${run}/release.test.ts`] },
  { module: `${run}/release.ts`, tests: [`${run}/release.test.ts`] },
  {
    module: `${run}/sanitize-output.ts`,
    tests: [`${run}/sanitize-output.test.ts`],
    equivalent: {
      "if (true) return sanitizeLink(pass, full, name);": "a file and a folder lead to themselves",
    },
  },
  {
    module: `${run}/build.ts`,
    tests: [`${run}/build.test.ts`],
    equivalent: {
      "const before = true ? await indexPages(base) : new Map<string, string>();":
        "without a command nothing is compared with what was there before",
      "await mkdir(home, { recursive: false, mode: 0o700 });":
        "the folder of a try is there, and this one is not",
      "await mkdir(temp, { recursive: false, mode: 0o700 });":
        "the folder of a try is there, and this one is not",
    },
  },
];
