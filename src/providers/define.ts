import { Fault } from "@/lib/fault";
import type {
  Authorization,
  Forge,
  HostSession,
  Provider,
  ProviderSession,
  ProviderSpec,
} from "@/providers/provider";

/** Bind a folder's typed spec to its name; what is opened is parsed by the folder's own schemas first. */
export function defineProvider<Settings, Secrets>(
  type: string,
  spec: ProviderSpec<Settings, Secrets>,
): Provider {
  function parsed(session: ProviderSession<unknown, unknown>): HostSession<Settings, Secrets> {
    const settings = spec.settings.safeParse(session.settings);
    const secrets = spec.secrets.safeParse(session.secrets);
    // These values come from the database: a failure here is a bug or a wrong key, never invalid input.
    if (!settings.success || !secrets.success) throw new Fault("internal", { code: "internal" });
    const { urlField, internalUrlField = urlField } = spec.manifest;
    const fields = settings.data as Record<string, unknown>;
    const address = String(fields[internalUrlField] || fields[urlField]);
    // A plain Git server has no API and may have no address of the web; its code does not use the base.
    const base = new URL(/^https?:/.test(address) ? `${address}/` : "about:blank");
    return { ...session, settings: settings.data, secrets: secrets.data, base };
  }
  function parsedAuthorization(authorization: Authorization<Settings, Secrets>): Provider["authorization"] {
    return {
      begin: async (session, request) => authorization.begin(parsed(session), request),
      complete: async (session, answer) => authorization.complete(parsed(session), answer),
      issuer: (settings) => authorization.issuer?.(spec.settings.parse(settings)),
      firstStep: (session) => authorization.firstStep?.(parsed(session)),
    } as Provider["authorization"];
  }
  return {
    ...spec,
    type,
    idField: `${type}Id`,
    open: (session): Forge => spec.open(parsed(session)),
    ...(spec.authorization && { authorization: parsedAuthorization(spec.authorization) }),
    ...(spec.renew && { renew: (session) => spec.renew?.(parsed(session)) }),
    ...(spec.revoke && { revoke: (session) => spec.revoke?.(parsed(session)) }),
    parseUrl: (url, settings) => spec.parseUrl(url, spec.settings.parse(settings)),
  } as Provider;
}
