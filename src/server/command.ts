/** Commands for whoever runs the instance: `npm run user -- reset <email>`. */
import { createResetLink } from "@/features/user/reset-link";
import { Fault } from "@/lib/fault";
import { boot } from "@/server/boot";
import { failToStart } from "@/server/fail";
import { stopAll } from "@/server/stop";

const usage = "Usage: npm run user -- reset <email>";

async function resetPassword(email: string): Promise<void> {
  await boot("helper");
  const { url, expiresAt } = await createResetLink(email);
  process.stdout.write(
    `Open this link once to set a new password (until ${expiresAt.toISOString()}):\n  ${url}\n`,
  );
}

async function main([noun, verb, ...rest]: string[]): Promise<void> {
  const [email] = rest;
  if (noun !== "user" || verb !== "reset" || !email) {
    throw new Fault("invalid_input", { code: "command_unknown", params: { usage } });
  }
  await resetPassword(email);
  await stopAll();
}

main(process.argv.slice(2)).catch(failToStart);
