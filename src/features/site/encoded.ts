import { lstat } from "node:fs/promises";

export interface Encoded {
  file: string;
  encoding?: "br" | "gzip";
  /** Another visitor may get another file. */
  varies: boolean;
}

const kinds = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
] as const;

/** The compressed copy that a build put beside a file, when the visitor's browser takes it; else the file. */
export async function findEncoded(file: string, accepted: string | undefined): Promise<Encoded> {
  const there = await Promise.all(kinds.map(({ ending }) => isFile(file + ending)));
  const taken = kinds.find(({ encoding }, at) => there[at] && accepts(accepted ?? "", encoding));
  const varies = there.includes(true);
  return taken ? { file: file + taken.ending, encoding: taken.encoding, varies } : { file, varies };
}

async function isFile(file: string): Promise<boolean> {
  const seen = await lstat(file).catch(() => null); // not there
  return seen?.isFile() ?? false;
}

function accepts(header: string, encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...params] = part.trim().toLowerCase().split(";");
    return name.trim() === encoding && !params.some((param) => /^\s*q=0(\.0*)?\s*$/.test(param));
  });
}
