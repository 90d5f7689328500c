import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

/** The only folder on the path: a machine with nothing but what a test puts there. */
let bin: string;
beforeEach(() => {
  bin = mkdtempSync(path.join(tmpdir(), "slipway-no-ssh-"));
});
afterEach(() => rmSync(bin, { recursive: true, force: true }));

function program(name: string, script: string): void {
  const file = path.join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A package manager that notes what it is asked for, and brings the programs when `when` holds. */
function packages(when: string): void {
  const bring = ["ssh", "ssh-keyscan"].map(
    (name) => `printf '#!/bin/sh\\nexit 0\\n' > ${bin}/${name}; /bin/chmod 755 ${bin}/${name}`,
  );
  program(
    "apt-get",
    `echo "$1" >> ${bin}/asked\n[ "$1" = update ] && exit 0\n${when} || exit 100\n${bring.join("\n")}`,
  );
}

const asked = () => readFileSync(path.join(bin, "asked"), "utf8").trim().split("\n");

function ensure(isRoot: boolean): { ok: boolean; problem?: string } {
  const module = path.join(import.meta.dirname, "openssh.mjs");
  const code = `import { ensureSsh } from ${JSON.stringify(module)};
    console.log(JSON.stringify(ensureSsh({ isRoot: ${isRoot} })));`;
  const args = ["--input-type=module", "-e", code];
  const { stdout, status } = spawnSync(process.execPath, args, {
    env: { PATH: bin } as unknown as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  expect(status).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

it("installs the OpenSSH client where it is missing", () => {
  packages("true");
  expect(ensure(true)).toEqual({ ok: true });
  expect(asked()).toEqual(["install"]);
});

it("updates the package lists first when they are not there yet", () => {
  packages(`[ "$(while read -r line; do last=$line; [ $last = update ] && echo yes; done < ${bin}/asked)" ]`);
  expect(ensure(true)).toEqual({ ok: true });
  expect(asked()).toEqual(["install", "update", "install"]);
});

it.each([
  ["nothing can be installed", true, () => undefined],
  ["the package cannot be had", true, () => packages("false")],
  ["we may not install", false, () => packages("true")],
])("says in one line what is missing when %s", (_why, isRoot, prepare) => {
  prepare();
  const { ok, problem } = ensure(isRoot);
  expect(ok).toBe(false);
  expect(problem).toMatch(/^[^\n]*apt-get install openssh-client[^\n]*$/);
});

it("counts a half-installed OpenSSH client as missing", () => {
  program("ssh", "exit 0");
  expect(ensure(false).ok).toBe(false);
  program("ssh-keyscan", "exit 1");
  expect(ensure(false)).toEqual({ ok: true });
});
