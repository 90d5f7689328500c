/** Whether a signal was ended by a time limit (`AbortSignal.timeout`), and not by somebody who gave up. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === "TimeoutError";
}
