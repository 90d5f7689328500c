/** Whether a signal was aborted by a time limit (`AbortSignal.timeout`), and not by its owner. */
export function isTimeUp({ reason }: AbortSignal): boolean {
  return reason instanceof Error && reason.name === "TimeoutError";
}
