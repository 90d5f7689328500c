import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { sealedColumns } from "@/features/encryption-key/sealed-columns";

it("the list of sealed columns contains what the schema marks as secret", () => {
  const folder = path.resolve("prisma/schema");
  const text = readdirSync(folder)
    .map((file) => readFileSync(path.join(folder, file), "utf8"))
    .join("\n");
  const marked = [...text.matchAll(/model \w+ \{([^}]*)@@map\("(\w+)"\)/g)].flatMap(([, body = "", table]) =>
    [...body.matchAll(/\/\/\/ @secret.*\n\s+(\w+)/g)].map(([, column]) => `${table}.${column}`),
  );
  expect(
    sealedColumns()
      .map(({ table, column }) => `${table}.${column}`)
      .toSorted(),
  ).toEqual(marked.toSorted());
});
