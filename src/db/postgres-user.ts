import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { childEnv } from "@/lib/env";
import { Fault } from "@/lib/fault";

/** How to start a PostgreSQL program so that it accepts the user it runs as: it refuses to be root. */
export interface RunAs {
  /** Program and arguments to put in front, such as `unshare`. */
  prefix: string[];
  /** Set when the program runs as another user, who must own its files. */
  owner?: { uid: number; gid: number };
}

const nobody = 65534;

/**
 * Inside a user namespace of its own, root outside is "nobody" to PostgreSQL, while files stay root's: nothing is
 * chowned, and a home that only root may enter is no obstacle.
 */
const inNamespace: RunAs = {
  prefix: ["unshare", "--user", `--map-user=${nobody}`, `--map-group=${nobody}`, "--"],
};

const asNobody: RunAs = { prefix: [], owner: { uid: nobody, gid: nobody } };

/**
 * Choose how to run PostgreSQL with its files below `home`, which is created when missing.
 * @throws Fault `unsupported` with reason `postgres_root` when root cannot run it as another user
 */
export function chooseUser(home: string, postgres: string): RunAs {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (process.getuid?.() !== 0) return { prefix: [] };
  const { uid, gid } = statSync(home);
  const candidates = uid === 0 ? [inNamespace, asNobody] : [{ prefix: [], owner: { uid, gid } }];
  const found = candidates.find(
    (user) => run(user, postgres, ["--version"]).status === 0 && canEnter(user, home),
  );
  if (!found) throw new Fault("unsupported", { code: "postgres_root" });
  return found;
}

/** Whether that user can enter the data folder; only then are its files handed over. */
function canEnter(user: RunAs, home: string): boolean {
  if (!user.owner) return true;
  const dataDir = path.dirname(home);
  chmodSync(dataDir, 0o711); // x without r: others may enter the folder and not list it; its files are 0600
  const entered = run(user, process.execPath, ["-e", "process.chdir(process.argv[1])", dataDir]).status === 0;
  if (entered) give(user, home);
  return entered;
}

/** Hand a file, or a folder with all it holds, to the user PostgreSQL will run as. */
export function give(user: RunAs, file: string): void {
  if (!user.owner) return;
  const { uid, gid } = user.owner;
  chownSync(file, uid, gid);
  if (statSync(file).isDirectory()) for (const name of readdirSync(file)) give(user, path.join(file, name));
}

/** Run a program to its end as that user, in a clean environment. */
export function run(user: RunAs, program: string, args: string[]) {
  const [command, ...rest] = commandLine(user, program, args);
  return spawnSync(command, rest, { ...spawnOptions(user), encoding: "utf8", timeout: 120_000 });
}

export function commandLine(user: RunAs, program: string, args: string[]): [string, ...string[]] {
  const [first = program, ...rest] = [...user.prefix, program, ...args];
  return [first, ...rest];
}

export function spawnOptions(user: RunAs) {
  // not the current folder, which somebody may want to remove while PostgreSQL runs
  const cwd = existsSync("/") ? "/" : undefined;
  return { ...user.owner, cwd, env: { ...childEnv(), LC_ALL: "C", TZ: "UTC" }, windowsHide: true };
}
