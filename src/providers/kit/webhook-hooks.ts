import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { isNotFound } from "@/providers/kit/not-found";
import type { EnsuredHook, Hook, HookPort, WantedHook } from "@/providers/reporting";
import type { HookNeed } from "@/providers/webhook";

/** What a host lets do with the hooks of one repository. */
export interface HookCalls {
  list(): Promise<Hook[]>;
  create(wanted: HookContent): Promise<Written>;
  change(id: string, wanted: HookContent): Promise<Written>;
  remove(id: string): Promise<void>;
  /** Have the host send again after it stopped, where writing the hook does not. A host that still cannot is no fault. */
  revive?(id: string, wanted: HookContent): Promise<void>;
}

export interface HookContent {
  url: string;
  secret: string;
  events: string[];
}

interface Written {
  id: string;
  /** Where it is not the one that was given. */
  secret?: string;
}

/** Names in messages about what a credential may not do. */
export interface HookHost {
  host: string;
  /** The scope that managing hooks needs. */
  scope: string;
  events: Record<HookNeed, readonly string[]>;
  /** Writing a hook down again changes nothing about its failures: the host goes on trying by itself. */
  keepsTrouble?: boolean;
}

/** The same steps for every host: look for the hook by its address, then make, mend or leave it. */
export function hookPort(
  { host, scope, events, keepsTrouble = false }: HookHost,
  callsOf: (key: RepositoryKey) => Promise<HookCalls> | HookCalls,
): HookPort {
  const allowed = async <Answer>(key: RepositoryKey, call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call();
    } catch (error) {
      throw isDenied(error)
        ? new Fault("permission_missing", {
            code: "hook_not_allowed",
            params: { host, scope, repository: key.fullName },
          })
        : error;
    }
  };
  return {
    list: async (key) => allowed(key, async () => (await callsOf(key)).list()),
    ensure: async (key, wanted) =>
      allowed(key, async () =>
        ensure(await callsOf(key), wanted, { events: eventsOf(events, wanted.needs), keepsTrouble }),
      ),
    remove: async (key, id) => {
      try {
        await (await callsOf(key)).remove(id);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
  };
}

function eventsOf(events: HookHost["events"], needs: readonly HookNeed[]): string[] {
  return [...new Set(needs.flatMap((need) => events[need]))];
}

async function ensure(
  calls: HookCalls,
  wanted: WantedHook,
  { events, keepsTrouble }: { events: string[]; keepsTrouble: boolean },
): Promise<EnsuredHook> {
  const content = { url: wanted.url, secret: wanted.secret, events };
  const [found, ...doubles] = (await calls.list()).filter((hook) => isSameUrl(hook.url, wanted.url));
  // Two hooks with one address deliver everything twice.
  for (const double of doubles) await calls.remove(double.id);
  const { secret } = wanted;
  if (!found) return { secret, ...(await calls.create(content)), state: "created" };
  const isWell = found.active && (keepsTrouble || !found.trouble);
  const isRight = isWell && isSameSet(found.events, events) && !wanted.isNewSecret;
  if (isRight) return { id: found.id, secret, state: "unchanged" };
  const changed = await calls.change(found.id, content);
  if (found.trouble) await calls.revive?.(changed.id, content);
  return { secret, ...changed, state: "repaired" };
}

/** Hosts write addresses down in their own way: the host in small letters, a slash at the end. */
function isSameUrl(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => (URL.canParse(text) ? new URL(text).href : text));
  return first?.replace(/\/$/, "") === second?.replace(/\/$/, "");
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && other.every((name) => one.includes(name));
}

/** Hosts do not admit that there is something to manage to who may not: they answer that nothing is there. */
function isDenied(error: unknown): boolean {
  return isNotFound(error) || (error instanceof Fault && error.code === "permission_missing");
}

/** At most that many characters: hosts refuse longer descriptions. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
