import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const works = (command) => spawnSync(command, ["-V"], { stdio: "ignore" }).error === undefined;

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
}

/**
 * Have the client of SSH there, installed from Debian's packages when we may. Without it the tests of git over SSH fail.
 * @returns {boolean} whether it is there
 */
export function ensureSsh() {
  if (works("ssh") && works("ssh-keyscan")) return true;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log("> installing the client of SSH from Debian's packages");
  const install = ["install", "-y", "-qq", "--no-install-recommends", "openssh-client"];
  if (!apt(install)) {
    apt(["update", "-qq"]);
    apt(install);
  }
  return works("ssh");
}
