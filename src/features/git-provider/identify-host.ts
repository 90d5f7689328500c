import { ports } from "@/features/git-provider/client/pipeline";
import type { IdentifiedHost, IdentifyHost } from "@/features/git-provider/host-contract";
import { asFault, Fault } from "@/lib/fault";
import { readUrl } from "@/lib/outbound/url";
import { messageOf } from "@/lib/reason";
import { urlOf } from "@/lib/url-of";
import type { Product } from "@/providers/product";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

/** A person waits for the answer. */
const DEADLINE_MS = 6_000;

/**
 * Ask the server at an address which product it is, as the connection test does: without a credential, through the same
 * address policy. Products that have one public host are known by their name and not asked for.
 * @throws Fault `invalid_input` reason `address_invalid` | `address_refused` when the address may not be called
 */
export async function identifyHost({ address }: IdentifyHost): Promise<IdentifiedHost> {
  const url = readAddress(address);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const bases = basesOf(url);
  const asked = selfHosted().flatMap((provider) =>
    bases.map((base) => ask(provider, base, signal).catch((error: unknown) => asFault(error))),
  );
  const answers = await Promise.all(asked);
  const found = answers.find((answer) => !(answer instanceof Fault));
  if (found && !(found instanceof Fault)) return found;
  const refused = answers.find((answer) => answer instanceof Fault && answer.code === "address_refused");
  if (refused instanceof Fault) throw refused;
  return unknown(
    url,
    answers.filter((answer) => answer instanceof Fault),
  );
}

function readAddress(text: string): URL {
  const trimmed = text.trim();
  return readUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
}

/** The server itself, and the first part of the path: a product may live below one. */
function basesOf(url: URL): string[] {
  const [first] = url.pathname.split("/").filter(Boolean);
  const isPlain = first && /^[\w.-]+$/.test(first);
  return isPlain ? [url.origin, `${url.origin}/${first}`] : [url.origin];
}

/** Types that people run themselves and that answer for a whole server. */
function selfHosted(): Provider[] {
  return Object.values(registry).filter(({ manifest }) => manifest.hosts.some((host) => host.needsAddress));
}

async function ask(provider: Provider, base: string, signal: AbortSignal): Promise<IdentifiedHost> {
  const { manifest, type } = provider;
  const authMethod = Object.keys(manifest.methods)[0] ?? "";
  const { http, git } = ports();
  const settings = { [manifest.urlField]: base };
  const forge = provider.open({
    authMethod,
    settings,
    secrets: {},
    http,
    git,
    signal,
    now: () => new Date(),
  });
  const found = await forge.probe();
  return {
    type,
    host: hostNamed(provider, found, base),
    url: base,
    product: found.product,
    version: found.version ?? null,
    reason: null,
  };
}

/** The host of the type that has the product's name: Forgejo rather than Gitea. */
function hostNamed({ manifest }: Provider, { product }: Product, base: string): string {
  const origin = urlOf(base)?.origin;
  const hosts = manifest.hosts;
  const found =
    hosts.find((host) => host.baseUrl && urlOf(host.baseUrl)?.origin === origin) ??
    hosts.find((host) => host.needsAddress && host.label === product) ??
    hosts.find((host) => host.needsAddress);
  return found?.label ?? manifest.label;
}

/** The reason when no product was recognized: a network fault if there was one, else that something else answers. */
function unknown(url: URL, faults: Fault[]): IdentifiedHost {
  const hindered = faults.find(
    (fault) => fault.code === "unavailable" && !fault.reason.code.startsWith("host_"),
  );
  const reason = hindered?.reason ?? { code: "host_unrecognized", params: { address: url.origin } };
  return {
    type: null,
    host: null,
    url: null,
    product: null,
    version: null,
    reason: { code: reason.code, message: messageOf(reason) },
  };
}
