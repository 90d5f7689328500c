import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import * as github from "@/providers/github/schema";

/** The host's own description is not part of the project; where it lies beside it, its examples are read. */
const file = path.resolve(import.meta.dirname, "../../../../shared/specs/github-api.json");

const Document = z.object({
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ responses: z.record(z.string(), z.unknown()) }).optional() }),
  ),
  components: z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })) }),
});

const Answer = z.object({
  content: z.object({
    "application/json": z.object({ examples: z.record(z.string(), z.unknown()).optional() }),
  }),
});

const read: [string, z.ZodType][] = [
  ["/", github.Root],
  ["/user", github.User],
  ["/users/{username}", github.User],
  ["/user/repos", z.array(github.Repository)],
  ["/orgs/{org}/repos", z.array(github.Repository)],
  ["/search/repositories", github.SearchResults],
  ["/repos/{owner}/{repo}", github.Repository],
  ["/repos/{owner}/{repo}/branches", z.array(github.Branch)],
  ["/repos/{owner}/{repo}/tags", z.array(github.Tag)],
  ["/repos/{owner}/{repo}/commits/{ref}", github.Commit],
  ["/user/orgs", z.array(github.Organization)],
];

function examplesOf(document: z.infer<typeof Document>, at: string): unknown[] {
  const answer = Answer.parse(document.paths[at]?.get?.responses["200"]);
  return Object.values(answer.content["application/json"].examples ?? {}).map((one) => {
    const name = z.object({ $ref: z.string() }).safeParse(one).data?.$ref.split("/").at(-1) ?? "";
    return document.components.examples[name]?.value;
  });
}

describe.skipIf(!existsSync(file))("the examples of GitHub's API description", () => {
  let document: z.infer<typeof Document>;
  beforeAll(() => {
    document = Document.parse(JSON.parse(readFileSync(file, "utf8")));
  });

  it.each(read)("of %s are read without an error", (at, schema) => {
    const examples = examplesOf(document, at);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(schema.safeParse(example).error).toBeUndefined();
  });
});
