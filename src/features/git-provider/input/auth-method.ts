import type { Given } from "@/features/git-provider/input/schema";
import { Fault } from "@/lib/fault";
import type { AuthMethod, Provider } from "@/providers/provider";

/**
 * The auth method of a new connection: the one that was named, else the one that the given secrets complete and that
 * takes most of what was given.
 * @throws Fault `invalid_input` for a name that the type does not have
 */
export function chooseMethod(provider: Provider, named: string | null | undefined, given: Given): string {
  if (named) return assertMethod(provider, named);
  const meant = provider.inferMethod?.(given);
  if (meant) return meant;
  const methods = Object.entries(provider.manifest.methods);
  const complete = methods.filter(([, method]) => method.requires.every((name) => name in given.secrets));
  const ranked = (complete.length > 0 ? complete : methods).toSorted(
    ([, a], [, b]) => closeness(b, given) - closeness(a, given),
  );
  return ranked[0]?.[0] ?? "";
}

/** @throws Fault `invalid_input` for a name that is no method of the type; the text lists those there are */
export function methodOf(provider: Provider, name: string): AuthMethod {
  const method = provider.manifest.methods[name];
  if (!method) throw unknownMethod(provider);
  return method;
}

function assertMethod(provider: Provider, name: string): string {
  if (!Object.hasOwn(provider.manifest.methods, name)) throw unknownMethod(provider);
  return name;
}

/** Secrets weigh most: a password says more about what is meant than a URL that every method takes. */
function closeness(method: AuthMethod, { settings, secrets }: Given): number {
  const names = new Set([...method.fields.map((field) => field.name), ...method.requires]);
  const taken = (given: object) => Object.keys(given).filter((name) => names.has(name)).length;
  return 100 * taken(secrets) + 2 * taken(settings) + (method.recommended ? 1 : 0);
}

/** Whether a person still has to authorize on the host's pages before the connection can be used. */
export function authorizes(method: AuthMethod, { settings, secrets }: Record<keyof Given, object>): boolean {
  const enough = method.authorized ?? ["accessToken"];
  return method.kind === "redirect" && !enough.every((name) => name in settings || name in secrets);
}

/** Fields that have to be given: always, or because others were that are nothing without them. */
export function neededFields(method: AuthMethod, given: ReadonlySet<string>): string[] {
  const { any, needs } = method.together ?? { any: [], needs: [] };
  const always = method.fields.filter((field) => field.required).map((field) => field.name);
  return [...always, ...method.requires, ...(any.some((name) => given.has(name)) ? needs : [])];
}

function unknownMethod(provider: Provider): Fault {
  const known = Object.keys(provider.manifest.methods).join(", ");
  const message = `Use one of: ${known}.`;
  const params = { summary: `authMethod: ${message}` };
  return new Fault(
    "invalid_input",
    { code: "invalid_input", params },
    { issues: [{ path: "authMethod", message }] },
  );
}
