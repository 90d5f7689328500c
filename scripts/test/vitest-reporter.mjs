// A reporter of vitest: one entry for each test, with what its JSON reporter leaves out: whether it was tried again.
import { writeFileSync } from "node:fs";
import path from "node:path";

export default class {
  onTestRunEnd(modules, errors) {
    const file = process.env.VITEST_OUTCOMES;
    if (!file) return;
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => entry(module, test)),
    );
    const broken = modules.flatMap((module) =>
      module.errors().map(({ message }) => failure(module, message)),
    );
    const outside = errors.map(({ message }) => ({ ...failed, file: "outside of any test", name: message }));
    writeFileSync(file, JSON.stringify({ tests: [...tests, ...broken, ...outside] }));
  }
}

const failed = { state: "failed", flaky: false, millis: 0 };

/** A file that cannot be loaded, or whose hooks fail, has failed even where none of its tests ran. */
function failure(module, message) {
  return { ...failed, file: nameOf(module), name: message };
}

function entry(module, test) {
  const { flaky = false, duration = 0 } = test.diagnostic() ?? {};
  const { state } = test.result();
  return { file: nameOf(module), name: test.fullName, state, flaky, millis: duration };
}

function nameOf({ moduleId }) {
  return path.relative(process.cwd(), moduleId).split(path.sep).join("/");
}
