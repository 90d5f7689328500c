// What test runners report, in one form: each test with its name, how it ended and how long it took.

/**
 * @typedef {{name: string, end: "passed" | "flaky" | "failed", seconds: number}} Outcome
 * `flaky`: it failed, and passed when it was tried again.
 */

/**
 * @param {{tests: {file: string, name: string, state: string, flaky: boolean, millis: number}[]}} report
 *   what scripts/test/vitest-reporter.mjs writes
 * @returns {Outcome[]}
 */
export function fromVitest({ tests }) {
  return tests
    .filter(({ state }) => state === "passed" || state === "failed")
    .map(({ file, name, state, flaky, millis }) => ({
      name: `${file} > ${name}`,
      end: state === "failed" ? "failed" : flaky ? "flaky" : "passed",
      seconds: millis / 1000,
    }));
}

const ends = { expected: "passed", flaky: "flaky", unexpected: "failed" };

/**
 * @param {{suites: object[]}} report what Playwright's JSON reporter writes
 * @returns {Outcome[]}
 */
export function fromPlaywright({ suites }) {
  return suites.flatMap((suite) => inSuite(suite, ""));
}

function inSuite({ title, specs = [], suites = [] }, above) {
  const path = above ? `${above} > ${title}` : title;
  const own = specs.flatMap((spec) =>
    spec.tests
      .filter(({ status }) => status in ends)
      .map(({ status, results }) => ({
        name: `${path} > ${spec.title}`,
        end: ends[status],
        seconds: results.reduce((sum, { duration }) => sum + duration, 0) / 1000,
      })),
  );
  return [...own, ...suites.flatMap((each) => inSuite(each, path))];
}

/** @param {readonly Outcome[]} outcomes */
export function count(outcomes) {
  const total = { passed: 0, flaky: 0, failed: 0 };
  for (const { end } of outcomes) total[end] += 1;
  return total;
}

/**
 * The end of a run: the slowest tests, those that passed only when they were tried again, those that failed, and the
 * counts. Flaky tests count as such and not as passed.
 * @param {readonly Outcome[]} outcomes
 * @returns {string}
 */
export function summary(outcomes) {
  const slowest = outcomes.toSorted((a, b) => b.seconds - a.seconds).slice(0, 10);
  const named = (end) => outcomes.filter((each) => each.end === end);
  const { passed, flaky, failed } = count(outcomes);
  return [
    ...section("The ten slowest:", slowest, ({ name, seconds }) => `${seconds.toFixed(1)} s  ${name}`),
    ...section("Flaky, passed only when tried again:", named("flaky"), ({ name }) => name),
    ...section("Failed:", named("failed"), ({ name }) => name),
    "",
    `${flaky} flaky`,
    `${passed} passed, ${failed} failed`,
  ].join("\n");
}

function section(title, list, lineOf) {
  return list.length === 0 ? [] : ["", title, ...list.map((each) => `  ${lineOf(each)}`)];
}
