import type { OwnFields } from "@/features/git-provider/input/schema";
import { type Issue, refuseIssues } from "@/features/git-provider/input/validate";
import type { Provider } from "@/providers/provider";

/**
 * Hold a new connection to the host that was chosen for it. Without its own address a credential for GitHub Enterprise
 * would be sent to github.com, and a method that does not exist there could never be finished.
 * @throws Fault `invalid_input` with an issue for the field
 */
export function assertHost(
  provider: Provider,
  chosen: string | null | undefined,
  authMethod: string,
  settings: OwnFields,
): void {
  if (!chosen) return;
  const { hosts, label, urlField, methods } = provider.manifest;
  const host = hosts.find((one) => one.label === chosen);
  const issues: Issue[] = [];
  if (!host) issues.push({ path: "host", message: `${label} has no host called "${chosen}".` });
  if (host?.needsAddress && String(settings[urlField] ?? "").trim() === "") {
    const message = `${host.label} is at an address of your own: enter the one that you open in the browser.`;
    issues.push({ path: urlField, message });
  }
  if (host?.methods && !host.methods.includes(authMethod)) {
    const known = host.methods.map((name) => methods[name]?.label ?? name).join(", ");
    issues.push({ path: "authMethod", message: `${host.label} does not know this method. Use: ${known}.` });
  }
  refuseIssues(issues);
}
