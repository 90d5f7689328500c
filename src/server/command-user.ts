import { createResetLink } from "@/features/user/reset-link";
import type { Command } from "@/server/command-keys";

export const userCommands: Record<string, Command> = { reset: { takes: ["<email>"], run: resetPassword } };

async function resetPassword([email = ""]: string[]): Promise<void> {
  const { url, expiresAt } = await createResetLink(email);
  process.stdout.write(
    `Open this link once to set a new password (until ${expiresAt.toISOString()}):\n  ${url}\n`,
  );
}
