import { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";

/** A deployment is heavier than a job of a clock should be allowed to make it. */
const shortestMinutes = 5;
/** How many runs are looked at to find the shortest distance between two of them. */
const lookAhead = 50;

const names = /^@(hourly|daily|weekly|monthly|yearly|annually)$/;
const field = /^[\d*,/?LA-Z#-]+$/i;
/** What the library takes beside names of months and days: `H` is a random value. */
const random = /(^|[^A-Z])H([^A-Z]|$)/i;

/**
 * Check a cron expression and find its next run, in UTC.
 * @throws Fault `invalid_input` reason `schedule_unreadable` | `schedule_often`
 */
export async function checkedNextRun(schedule: string, after: Date): Promise<Date> {
  const runs = await firstRuns(schedule, after);
  const gaps = runs.slice(1).map((run, at) => run.getTime() - (runs[at]?.getTime() ?? 0));
  if (gaps.some((gap) => gap < shortestMinutes * 60_000))
    throw refused({ code: "schedule_often", params: { minutes: shortestMinutes } });
  return runs[0] as Date;
}

async function firstRuns(schedule: string, after: Date): Promise<Date[]> {
  try {
    if (isPlain(schedule)) return await runsAfter(schedule, after, lookAhead);
  } catch (cause) {
    throw refused({ code: "schedule_unreadable" }, cause);
  }
  throw refused({ code: "schedule_unreadable" });
}

/** The next run of a stored expression after an instant. */
export async function nextRun(schedule: string, after: Date): Promise<Date> {
  const [first] = await runsAfter(schedule, after, 1);
  return first as Date;
}

/** Five fields: the library would take seconds as well. */
function isPlain(schedule: string): boolean {
  const fields = schedule.split(/\s+/);
  return (
    names.test(schedule) ||
    (fields.length === 5 && fields.every((one) => field.test(one)) && !random.test(schedule))
  );
}

/** @throws Error of the library for an expression that it cannot read, or that no day fits */
async function runsAfter(schedule: string, after: Date, count: number): Promise<Date[]> {
  const { CronExpressionParser } = await import("cron-parser");
  const expression = CronExpressionParser.parse(schedule, { currentDate: after, tz: "UTC" });
  return Array.from({ length: count }, () => expression.next().toDate());
}

function refused(reason: Reason, cause?: unknown): Fault {
  const issues = [{ path: "schedule", message: messageOf(reason) }];
  return new Fault("invalid_input", reason, { issues, cause });
}
