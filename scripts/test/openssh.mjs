import { spawnSync } from "node:child_process";

const commands = ["ssh", "ssh-keyscan"];

const areThere = () =>
  commands.every((command) => spawnSync(command, ["-V"], { stdio: "ignore" }).error === undefined);

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
}

function fromDebian() {
  console.log("> installing the client of SSH from Debian's packages");
  const install = ["install", "-y", "-qq", "--no-install-recommends", "openssh-client"];
  if (apt(install)) return;
  apt(["update", "-qq"]);
  apt(install);
}

/**
 * Have the client of SSH there, installed from Debian's packages when we may. Without it the tests of git over SSH fail.
 * @param {{isRoot: boolean}} [machine]
 * @returns {{ok: true} | {ok: false, problem: string}}
 */
export function ensureSsh({ isRoot } = { isRoot: process.getuid?.() === 0 }) {
  if (!areThere() && isRoot) fromDebian();
  return areThere() ? { ok: true } : { ok: false, problem };
}

const problem =
  "The tests of git over SSH need ssh and ssh-keyscan, and they could not be had. Install them (Debian: apt-get install openssh-client).";
