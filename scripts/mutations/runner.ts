/**
 * Runs tests in one copy of the project, again and again in one process: the packages and modules that did not change
 * are read once. `test-process.ts` is that process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Run these test files one after the other, after the module `changed` has another text. */
export interface Request {
  tests: readonly string[];
  changed: string | null;
}

export interface Answer {
  /** The first test that failed; null when all passed. */
  failed: string | null;
}

export type Outcome = Answer | "too long";

export class Runner {
  readonly tree: string;
  readonly #server: string;
  #child: ChildProcess | null = null;

  constructor(tree: string, server: string) {
    this.tree = tree;
    this.#server = server;
  }

  /** A run over its deadline is ended with all that it started: the change made something endless. */
  async run(request: Request, deadlineMs: number): Promise<Outcome> {
    this.#child ??= this.#start();
    const child = this.#child;
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), deadlineMs);
    const { signal } = over;
    try {
      child.send(request);
      const ended = once(child, "exit", { signal }).then(() => [null]);
      const [answer] = (await Promise.race([once(child, "message", { signal }), ended])) as [Answer | null];
      if (answer) return answer;
      this.#child = null;
      throw new Error(`the process that runs ${request.tests.join(", ")} ended by itself`);
    } catch (error) {
      if (!signal.aborted) throw error;
      this.stop();
      return "too long";
    } finally {
      clearTimeout(timer);
      over.abort(); // takes the listeners away
    }
  }

  /** Let the process take its databases and folders away. */
  async end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    child.disconnect();
    await once(child, "exit");
  }

  stop(): void {
    if (this.#child?.pid) process.kill(-this.#child.pid, "SIGKILL");
    this.#child = null;
  }

  #start(): ChildProcess {
    return fork(path.join(import.meta.dirname, "test-process.ts"), {
      cwd: this.tree,
      env: { ...process.env, TEST_DATABASE_URL: this.#server },
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true, // a group of its own: what a test has started ends with it
    });
  }
}
