/**
 * A small process beside this one that ends what this one leaves behind: however this process goes, a pipe from it
 * ends, and the groups of processes that were running then are killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { processGlobal } from "@/lib/process-global";

/** Keeps a list of process groups from lines `+ id` and `- id`. What stands on it when the lines end is killed. */
const script = `trap '' INT TERM HUP
left=' '
while read -r sign id; do
  case $sign in
    +) left="$left$id " ;;
    -) case $left in *" $id "*) left="\${left%% $id *} \${left#* $id }" ;; esac ;;
  esac
done
for id in $left; do kill -KILL "-$id"; done`;

const guardian = processGlobal<ChildProcess | null>("gitGuardian", () => null);

/** Have this process group killed when this process ends in any way. @returns how to take it off the list */
export function guard(group: number | undefined): () => void {
  if (group === undefined || process.platform === "win32") return () => undefined;
  tell(`+ ${group}\n`);
  return () => tell(`- ${group}\n`);
}

function tell(line: string): void {
  guardian.value ??= start();
  guardian.value.stdin?.write(line);
}

function start(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true, // a signal to our group must not end it before us
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" } as unknown as NodeJS.ProcessEnv,
  });
  const forget = () => {
    if (guardian.value === child) guardian.value = null; // the next one on the list starts another
  };
  child.once("error", forget);
  child.once("exit", forget);
  child.stdin?.on("error", forget);
  child.unref();
  if (child.stdin && "unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}
