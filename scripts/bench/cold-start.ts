import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startApp } from "../stack/app";
import { type Figure, median, millis } from "./figure";

/** From the start of the process to the first good answer of /api/ready: on an empty folder, then on a known one. */
export async function coldStart(): Promise<Figure[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "slipway-bench-"));
  const samples: number[] = [];
  for (let n = 0; n < 4; n++) {
    const app = await startApp({ dataDir, quiet: true });
    samples.push(app.readyAfter);
    await app.stop();
  }
  await rm(dataDir, { recursive: true, force: true });
  const [first = 0, ...later] = samples;
  const again = median(later);
  return [
    { name: "first start, with initdb and migrations", value: millis(first) },
    { name: "start, median of 3", value: millis(again), aim: "≤ 1200 ms", reached: again <= 1_200 },
  ];
}
