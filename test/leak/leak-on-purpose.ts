import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { callAndRecord } from "@test/leak/calls";
import type { LeakFixture } from "@test/leak/fixture";
import type { Search } from "@test/leak/search";
import { db, transaction } from "@/db/client";
import { runCommand } from "@/features/deployment/run/command";
import { notificationJob } from "@/features/notification/job";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { enqueue } from "@/queue/enqueue";

/** For tests: leak a different secret into each kind of output, to show that the search finds them. */
export async function leakOnPurpose(search: Search, { owner, callers }: LeakFixture): Promise<void> {
  log.debug({ note: search.make("logged") }, "a leak");
  await db().auditEvent.create({
    data: {
      actor: "x",
      address: "x",
      requestId: newId(),
      action: "x",
      result: "ok",
      details: [search.make("audit")],
    },
  });
  const ids = { gitProviderId: newId(), messageId: newId() };
  const notificationRecipientId = search.make("job");
  await transaction((tx) =>
    enqueue(tx, notificationJob, { ...ids, notificationRecipientId, event: "broken" }),
  );
  const folder = path.join(env().dataDir, "leak");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "config"), Buffer.from(search.make("file")).toString("base64"));
  const line = `sleep 0.3 # ${search.make("argument")}`;
  const quiet = { env: {}, seconds: 5, signal: new AbortController().signal, onLine: () => undefined };
  await runCommand({ line, cwd: folder, home: path.join(folder, "home"), ...quiet });
  const firstName = search.make("answer");
  await db().user.update({ where: { userId: owner.userId }, data: { firstName } });
  await callAndRecord(search, "rest", "user.me", { body: "{}", headers: callers.key });
}
