/** Commands for whoever runs the instance: `npm run user -- reset <email>`, `npm run keys -- rotate`. */
import { Fault } from "@/lib/fault";
import { boot } from "@/server/boot";
import { backupCommands, restoreCommands } from "@/server/command-backup";
import { type Command, keyCommands } from "@/server/command-keys";
import { userCommands } from "@/server/command-user";
import { failToStart } from "@/server/fail";
import { asOperator } from "@/server/operator";
import { stopAll } from "@/server/stop";

const nouns: Record<string, Record<string, Command>> = {
  user: userCommands,
  keys: keyCommands,
  backup: backupCommands,
  restore: restoreCommands,
};

async function main([noun = "", verb = "", ...rest]: string[]): Promise<void> {
  const command = Object.hasOwn(nouns, noun) ? nouns[noun]?.[verb] : undefined;
  if (!command || rest.length !== command.takes.length) throw unknown(noun);
  await boot("helper");
  await asOperator(`command.${noun}.${verb}`, () => command.run(rest));
  await stopAll();
}

function unknown(noun: string): Fault {
  const known = Object.entries(nouns).filter(([name]) => name === noun || !Object.hasOwn(nouns, noun));
  const lines = known.flatMap(([name, verbs]) =>
    Object.entries(verbs).map(([verb, { takes }]) => ["npm run", name, "--", verb, ...takes].join(" ")),
  );
  return new Fault("invalid_input", {
    code: "command_unknown",
    params: { usage: `Usage: ${lines.join(" | ")}` },
  });
}

main(process.argv.slice(2)).catch(failToStart);
