/** Whether a deployment has come to its end, whatever it was. */
export function hasEnded({ status }: { status: string }): boolean {
  return status !== "queued" && status !== "running";
}
