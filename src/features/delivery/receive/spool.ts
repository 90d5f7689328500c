/**
 * Where deliveries wait while the database is away: a folder of files that only the owner of the process can read. A
 * delivery is answered after it is on the disk. Each process writes a file of its own; whoever takes over a file
 * renames it first, so that its writer notices and begins another one. The rows have their ids here already, so a
 * delivery that is put into the database twice is one row.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";
import type { CompleteDelivery } from "@/features/delivery/receive/insert";
import { decodeRecord, encodeRecord } from "@/features/delivery/receive/spool-format";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

export interface SpoolOptions {
  folder: string;
  /** Bytes of all files in the folder together, at most. */
  limit: number;
  /** Bytes of a body at most. */
  longestBody: number;
}

interface Waiting {
  record: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

/** Thrown for a delivery that does not fit in any more. */
class SpoolFull extends Error {
  override name = "SpoolFull";
}

const readAtOnce = 4_194_304;

export class Spool {
  private file: { path: string; handle: FileHandle; end: number } | null = null;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  /** How far the own file was read. */
  private readTo = 0;
  private touchedAt = 0;
  private readonly options: SpoolOptions;

  constructor(options: SpoolOptions) {
    this.options = options;
  }

  /** Whether everything that was given is read, and nothing is being written. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && !this.writing && (!this.file || this.readTo >= this.file.end);
  }

  /** Resolves when the delivery is on the disk. @throws SpoolFull, or the error of the disk */
  append(delivery: CompleteDelivery): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record: encodeRecord(delivery), resolve, reject });
      this.writing ??= this.writeAll().finally(() => {
        this.writing = null;
      });
    });
  }

  /** Those that come while the disk is busy are written together. */
  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = await this.fitting(this.waiting.splice(0));
      try {
        await this.write(Buffer.concat(batch.map(({ record }) => record)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  /** Those that there is room for; the others are refused. */
  private async fitting(batch: Waiting[]): Promise<Waiting[]> {
    let room = this.options.limit - (await this.size());
    return batch.filter(({ record, reject }) => {
      const fits = record.byteLength <= room;
      if (fits) room -= record.byteLength;
      else reject(new SpoolFull());
      return fits;
    });
  }

  private async write(bytes: Buffer): Promise<void> {
    if (bytes.byteLength === 0) return;
    const file = await this.opened();
    try {
      await file.handle.write(bytes, 0, bytes.byteLength, file.end);
      await file.handle.datasync();
    } catch (error) {
      await file.handle.truncate(file.end).catch(() => undefined); // what follows overwrites it
      throw error;
    }
    if (!(await isAt(file.path, file.handle))) {
      // Another process has taken the file over, and may have read it before this was written.
      await this.leave();
      return this.write(bytes);
    }
    file.end += bytes.byteLength;
  }

  private async opened() {
    if (this.file) return this.file;
    const { folder } = this.options;
    // Node's `recursive` never returns where a folder cannot be created.
    for (const each of [path.dirname(folder), folder]) await mkdir(each, { mode: 0o700 }).catch(unlessThere);
    const name = path.join(folder, `${newId()}.spool`);
    const handle = await open(name, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    await syncFolder(folder);
    this.readTo = 0;
    this.file = { path: name, handle, end: 0 };
    return this.file;
  }

  /** The next deliveries of the own file, in the order they came. Empty at its end. */
  async read(): Promise<{ deliveries: CompleteDelivery[]; done(): void }> {
    const { file, readTo } = this;
    if (!file) return { deliveries: [], done: () => undefined };
    const { end } = file; // more may be appended meanwhile
    const found = await readRecords(file.handle, readTo, end, this.options.longestBody);
    return {
      deliveries: found.deliveries,
      done: () => {
        // Bytes that are no record cannot become one later.
        if (this.file === file) this.readTo = found.deliveries.length > 0 ? found.to : end;
      },
    };
  }

  /** Delete the own file, when all of it was read. */
  async finish(): Promise<void> {
    if (!this.file || !this.isEmpty) return;
    const { path: name } = this.file;
    await this.leave();
    await rm(name, { force: true });
  }

  /** Leave the own file to whoever takes it over. */
  async leave(): Promise<void> {
    const left = this.file;
    this.file = null;
    await left?.handle.close();
  }

  /** Show that the own file has an owner. */
  async touch(now = Date.now()): Promise<void> {
    if (!this.file || now - this.touchedAt < 5_000) return;
    this.touchedAt = now;
    const at = now / 1000;
    await utimes(this.file.path, at, at).catch(() => undefined); // another process has taken it over
  }

  /** Bytes of all files in the folder. */
  private async size(): Promise<number> {
    const files = await filesIn(this.options.folder);
    const own = this.file?.path;
    const others = files.filter((file) => file !== own);
    const sizes = await Promise.all(
      others.map((file) =>
        stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, this.file?.end ?? 0);
  }

  /**
   * Take over the files that other processes left, one after the other, the oldest first. A file is deleted after
   * `work` has taken all of it; otherwise it stays for the next time.
   * @param quietMs take only files whose owner has not shown itself for so long
   */
  async adopt(work: (deliveries: CompleteDelivery[]) => Promise<void>, quietMs: number): Promise<void> {
    for (const file of await filesIn(this.options.folder)) {
      if (file === this.file?.path) continue;
      const found = await stat(file).catch(() => null); // another process was faster
      if (!found || Date.now() - found.mtimeMs < quietMs) continue;
      const claimed = path.join(this.options.folder, `${newId()}.spool`);
      const isOurs = await rename(file, claimed).then(
        () => true,
        () => false,
      );
      if (isOurs) await this.drain(claimed, work);
    }
  }

  private async drain(file: string, work: (deliveries: CompleteDelivery[]) => Promise<void>): Promise<void> {
    const handle = await open(file, "r+");
    try {
      const now = new Date();
      await handle.utimes(now, now); // while it is being read it has an owner
      for (let from = 0; ; ) {
        const { size } = await handle.stat();
        const { deliveries, to } = await readRecords(handle, from, size, this.options.longestBody);
        if (deliveries.length === 0) {
          // Its writer was killed while it wrote, so no host was answered; or the disk has lost something.
          if (from < size)
            log.warn({ bytes: size - from }, "the end of a file of kept deliveries is no delivery");
          break;
        }
        await work(deliveries);
        from = to;
      }
    } finally {
      await handle.close();
    }
    await rm(file, { force: true });
  }
}

/** Whole records from a place in a file, a few megabytes of them. What is torn or damaged ends the file. */
async function readRecords(handle: FileHandle, from: number, end: number, longestBody: number) {
  const deliveries: CompleteDelivery[] = [];
  let bytes = await readAt(handle, from, Math.min(readAtOnce, end - from));
  let to = from;
  for (;;) {
    const rest = bytes.subarray(to - from);
    const record = decodeRecord(rest, longestBody);
    if (record !== null && typeof record === "object") {
      deliveries.push(record.delivery);
      to += record.size;
      continue;
    }
    const isLonger = record !== null && deliveries.length === 0 && record <= end - from;
    if (!isLonger || bytes.byteLength >= record) return { deliveries, to };
    bytes = await readAt(handle, from, record);
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** In the order of their last change. */
async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []); // nothing was kept yet
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(".spool"))
      .map(async (name) => {
        const file = path.join(folder, name);
        const { birthtimeMs = 0 } = (await stat(file).catch(() => null)) ?? {};
        return { file, birthtimeMs };
      }),
  );
  return files.toSorted((one, other) => one.birthtimeMs - other.birthtimeMs).map(({ file }) => file);
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

async function isAt(name: string, handle: FileHandle): Promise<boolean> {
  const [there, own] = await Promise.all([stat(name).catch(() => null), handle.stat()]);
  return there?.ino === own.ino;
}

/** So that the name of a new file outlives a loss of power as well. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null); // some systems do not open folders
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
