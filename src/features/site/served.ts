/** Which release of which environment a site shows. The row in the database decides; this process only keeps it for a moment. */
import { db } from "@/db/client";
import { listen } from "@/db/listen";
import { described } from "@/lib/described";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";

export interface ServedSite {
  environmentId: string;
  /** Whose files are served; null before the first release. */
  releaseId: string | null;
  spaFallback: boolean;
}

interface Entry {
  site: ServedSite | null;
  /** Until when the cached row is used, by the clock of this process. */
  until: number;
}

interface Held {
  entries: Map<string, Entry>;
  reading: Map<string, Promise<ServedSite | null>>;
  /** LISTEN is active: changes of rows are notified at once. */
  listening: boolean;
  started: boolean;
  /** Stops LISTEN. */
  stop?: () => void;
}

const siteChannel = "slipway_site";

/** The row is read again after this time, since a notification can be lost with a dead connection. */
const longestMs = 5_000;
/** While the database is unreachable the cached row is used, and the database is tried again after this time. */
const outageMs = 2_000;
const mostEntries = 5_000;

const held = processGlobal<Held>("servedSites", () => ({
  entries: new Map(),
  reading: new Map(),
  listening: false,
  started: false,
}));

/** What a site shows now; null where there is none. @throws what the database throws, when nothing was read before */
export async function servedSite(site: string): Promise<ServedSite | null> {
  start();
  const { entries, reading } = held.value;
  const known = entries.get(site);
  if (known && Date.now() < known.until) return known.site;
  const flight = reading.get(site) ?? read(site);
  try {
    return await flight;
  } catch (error) {
    if (!known) throw error;
    log.warn({ site, ...described(error) }, "a site is served as it was, since its row cannot be read");
    known.until = Date.now() + outageMs;
    return known.site;
  }
}

function read(site: string): Promise<ServedSite | null> {
  const { entries, reading } = held.value;
  const flight: Promise<ServedSite | null> = load(site)
    .then((found) => {
      // After a notification during the read, the row may be outdated: it is used for this visit only.
      if (reading.get(site) === flight) keep(site, found);
      else if (!entries.has(site)) entries.set(site, { site: found, until: 0 });
      return found;
    })
    .finally(() => {
      if (reading.get(site) === flight) reading.delete(site);
    });
  reading.set(site, flight);
  return flight;
}

async function load(site: string): Promise<ServedSite | null> {
  const row = await db().environment.findUnique({
    where: { site },
    select: {
      environmentId: true,
      spaFallback: true,
      current: { select: { deploymentId: true, rollbackOfId: true } },
    },
  });
  if (!row) return null;
  const { environmentId, spaFallback, current } = row;
  return { environmentId, spaFallback, releaseId: current?.rollbackOfId ?? current?.deploymentId ?? null };
}

function keep(site: string, found: ServedSite | null): void {
  const { entries, listening } = held.value;
  entries.delete(site); // moves it to the end: the oldest entry is dropped first
  entries.set(site, { site: found, until: listening ? Date.now() + longestMs : 0 });
  const [oldest] = entries.keys();
  if (entries.size > mostEntries && oldest !== undefined) entries.delete(oldest);
}

function start(): void {
  const now = held.value;
  if (now.started) return;
  now.started = true;
  now.stop?.();
  now.stop = listen(siteChannel, {
    notified: forget,
    connected() {
      now.reading.clear();
      now.listening = true;
    },
    lost() {
      now.listening = false;
      now.started = false; // LISTEN is started again by the next visit
      for (const entry of now.entries.values()) entry.until = 0;
    },
  });
}

/** Drop the cached row, and do not cache a read that is already running. */
function forget(site: string): void {
  const { entries, reading } = held.value;
  reading.delete(site);
  const entry = entries.get(site);
  if (entry) entry.until = 0;
}
