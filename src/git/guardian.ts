/**
 * A small helper process that kills the process groups which this process leaves behind. However this process ends,
 * its pipe to the helper closes, and the helper then kills the groups on its list.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { processGlobal } from "@/lib/process-global";

/** Keeps a list of process groups from lines `+ id` and `- id`. Kills the groups on the list when its input ends. */
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

/**
 * Have this process group killed when this process ends in any way.
 * @returns a function that takes it off the list
 */
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
    detached: true, // a signal to the group of this process must not end the helper first
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" } as unknown as NodeJS.ProcessEnv,
  });
  const forget = () => {
    if (guardian.value === child) guardian.value = null; // the next call starts another helper
  };
  child.once("error", forget);
  child.once("exit", forget);
  child.stdin?.on("error", forget);
  child.unref();
  if (child.stdin && "unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return child;
}
