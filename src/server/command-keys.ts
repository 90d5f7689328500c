import { addKey } from "@/features/encryption-key/add";
import { dropUnused } from "@/features/encryption-key/drop";
import { rotateKeys } from "@/features/encryption-key/rotate";
import { keyStatus } from "@/features/encryption-key/status";

/** One command of the operator. What it cannot do is thrown as a Fault. */
export interface Command {
  /** Its arguments, as usage shows them. */
  takes: string[];
  run(given: string[]): Promise<void>;
}

export const keyCommands: Record<string, Command> = {
  status: { takes: [], run: showStatus },
  add: { takes: [], run: add },
  rotate: { takes: [], run: rotate },
  drop: { takes: [], run: drop },
};

async function showStatus(): Promise<void> {
  for (const { keyId, current, known, values } of await keyStatus()) {
    const notes = [current && "seals", !known && "MISSING", !current && values === 0 && "no longer needed"];
    const note = notes.filter(Boolean).join(", ");
    say(`${keyId}: ${values} ${values === 1 ? "value" : "values"}${note ? ` (${note})` : ""}`);
  }
}

async function add(): Promise<void> {
  say(`Added the key ${addKey()}, which seals from now on. Next: npm run keys -- rotate`);
}

async function rotate(): Promise<void> {
  const { sealed, changed, unreadable } = await rotateKeys((count) => say(`${count} sealed …`));
  say(
    `${sealed} values were sealed under the first key${changed ? `, ${changed} were changed meanwhile` : ""}.`,
  );
  for (const { table, column, rowId } of unreadable) {
    say(`Left as it is, because no key opens it: ${table}.${column} of ${rowId}. Enter it again.`);
  }
  if (unreadable.length > 0) process.exitCode = 1;
}

async function drop(): Promise<void> {
  const dropped = await dropUnused();
  say(dropped.length > 0 ? `Dropped ${dropped.join(", ")}.` : "Every key is still needed. Run rotate first.");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
