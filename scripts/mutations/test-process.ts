import path from "node:path";
import { createVitest, type TestModule } from "vitest/node";
import type { Answer, Request } from "./runner";

const vitest = await createVitest("test", {
  watch: false,
  bail: 1,
  maxWorkers: 1,
  silent: true,
  reporters: [{}],
});

function failureOf(module: TestModule): string | null {
  if (module.ok()) return null;
  for (const test of module.children.allTests("failed")) return test.fullName;
  return module.relativeModuleId;
}

/** The module that was changed last: it is back in its first state when another one is changed. */
let before: string | null = null;

async function answer({ tests, changed }: Request): Promise<Answer> {
  for (const module of [before, changed]) if (module) vitest.invalidateFile(path.resolve(module));
  before = changed;
  for (const file of tests) {
    const chosen = await vitest.globTestSpecifications([path.resolve(file)]);
    if (chosen.length === 0) throw new Error(`${file} holds no tests`);
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications(chosen);
    // It also names the modules of earlier runs, as they ended then.
    const own = testModules.filter(({ moduleId }) => chosen.some((one) => one.moduleId === moduleId));
    if (own.length === 0) throw new Error(`${file} did not run`);
    const failed = own.map(failureOf).find((name) => name !== null);
    if (failed || unhandledErrors.length > 0)
      return { failed: failed ?? `${file}: an error outside of tests` };
  }
  return { failed: null };
}

process.on("message", async (request: Request) => process.send?.(await answer(request)));
process.on("disconnect", () => vitest.exit(true));
