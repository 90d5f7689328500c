import { Fault } from "@/lib/fault";
import { type Draft, fail } from "@/providers/connection/draft";
import type { ConnectionTest } from "@/providers/connection/trial";

/**
 * An unreadable address is reported as a failed check, like an unreachable one.
 * @returns whether the settings can be used
 * @throws Fault `invalid_input` with the issues, when something else is wrong with them
 */
export function checkSettings({ provider, session }: ConnectionTest, draft: Draft): boolean {
  const parsed = provider.settings.safeParse(session.settings);
  if (parsed.success) return true;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  const address = issues.find((issue) => provider.addressFields.includes(issue.path));
  if (!address) {
    const params = { summary: issues.map((issue) => issue.path).join(", ") };
    throw new Fault("invalid_input", { code: "invalid_input", params }, { issues });
  }
  draft.verdicts.set("address", fail("The address cannot be used.", { text: address.message }));
  return false;
}
