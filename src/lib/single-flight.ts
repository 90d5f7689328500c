import { processGlobal } from "@/lib/process-global";

const flights = processGlobal("singleFlights", () => new Map<string, Promise<unknown>>()).value;

/** One run per key in this process: callers that come while it runs share its result. */
export function singleFlight<T>(key: string, run: () => Promise<T>): Promise<T> {
  const running = flights.get(key) as Promise<T> | undefined;
  if (running) return running;
  const flight = run().finally(() => flights.delete(key));
  flights.set(key, flight);
  return flight;
}
