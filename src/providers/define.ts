import { Fault } from "@/lib/fault";
import type { Forge, Provider, ProviderSession, ProviderSpec } from "@/providers/provider";

/** Bind a folder's typed spec to its name; what is opened is parsed by the folder's own schemas first. */
export function defineProvider<Settings, Secrets>(
  type: string,
  spec: ProviderSpec<Settings, Secrets>,
): Provider {
  function parsed(session: ProviderSession<unknown, unknown>): ProviderSession<Settings, Secrets> {
    const settings = spec.settings.safeParse(session.settings);
    const secrets = spec.secrets.safeParse(session.secrets);
    // A value that fails here was stored by us and no longer reads: a bug or a wrong key, never the caller's input.
    if (!settings.success || !secrets.success) throw new Fault("internal", { code: "internal" });
    return { ...session, settings: settings.data, secrets: secrets.data };
  }
  return {
    ...spec,
    type,
    idField: `${type}Id`,
    open: (session): Forge => spec.open(parsed(session)),
    parseUrl: (url, settings) => spec.parseUrl(url, spec.settings.parse(settings)),
  } as Provider;
}
