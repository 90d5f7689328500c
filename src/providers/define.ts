import type { z } from "zod";
import { Fault } from "@/lib/fault";
import { CaCertificate, caField, caInput } from "@/providers/kit/ca-certificate";
import type {
  AuthMethod,
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
  own: ProviderSpec<Settings, Secrets>,
): Provider {
  const spec = own.takesAuthority ? withAuthority(own) : own;
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

/**
 * A type that people run themselves takes a certificate authority of its own. It decides, as an address does, who a
 * secret is sent to: a change demands the secret again, and stored secrets are bound to it.
 */
function withAuthority<Settings, Secrets>(
  spec: ProviderSpec<Settings, Secrets>,
): ProviderSpec<Settings, Secrets> {
  const methods = Object.entries(spec.manifest.methods).map(([name, method]) => [name, withField(method)]);
  const { settings } = spec as unknown as { settings: z.ZodObject };
  return {
    ...spec,
    manifest: { ...spec.manifest, methods: Object.fromEntries(methods) },
    settings: settings.extend({ [caField]: CaCertificate.nullish() }) as unknown as typeof spec.settings,
    addressFields: [...spec.addressFields, caField],
  };
}

/** SSH knows a server by its host key. */
function withField(method: AuthMethod): AuthMethod {
  const isSsh = method.fields.some(({ name }) => name === "hostKeys");
  return isSsh ? method : { ...method, fields: [...method.fields, caInput] };
}
