import { z } from "zod";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Session } from "@/providers/github/api";
import type { AppApi } from "@/providers/github/app/api";
import { appFault, ofApp } from "@/providers/github/app/fault";
import { events as needed } from "@/providers/github/app/method";
import { ownerPage } from "@/providers/github/app/page";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import type { Settings } from "@/providers/github/settings";
import { isNotFound, orNull } from "@/providers/kit/not-found";
import type { AppHookPort } from "@/providers/reporting";

const CONFIG = "app/hook/config";
const Config = z.object({ url: z.string().nullish() });

/** The events that an App is not told of, and the page where a person changes that; null when none is lacking. */
export function missingEvents(settings: Settings, self: github.App): Reason | null {
  const missing = needed.filter((name) => !self.events?.includes(name));
  if (missing.length === 0) return null;
  const at = `${ownerPage(settings, self)}/permissions`;
  return { code: "app_hook_events", params: { host: HOST, events: missing, at } };
}

/** The hook of the App itself. Its address and secret are changed here; what it hears of only a person can change. */
export function appHook({ settings }: Session, app: AppApi): AppHookPort {
  const byHand = (self: github.App): Fault =>
    appFault("permission_missing", "app_hook_by_hand", { at: ownerPage(settings, self) });
  return {
    async get() {
      const [self, config] = await Promise.all([
        ofApp(app.app()),
        orNull(app.signed(async (api) => (await api.get(CONFIG, Config)).body)),
      ]);
      if (!config?.url) return null;
      const trouble = missingEvents(settings, self.body);
      return { url: config.url, isActive: true, events: self.body.events ?? [], ...(trouble && { trouble }) };
    },
    async set({ url, secret }) {
      const body = { url, secret, content_type: "json", insecure_ssl: "0" };
      try {
        await app.signed((api) => api.change("PATCH", CONFIG, Config, { body }));
      } catch (error) {
        if (isNotFound(error)) throw byHand((await ofApp(app.app())).body);
        if (error instanceof Fault && error.details?.status === 422)
          throw new Fault("unsupported", { code: "app_hook_address", params: { host: HOST, url } });
        throw error;
      }
    },
  };
}
