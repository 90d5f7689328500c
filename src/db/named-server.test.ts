import { databaseUrl, testServerUrl } from "@test/kit/database";
import { describe, expect, it } from "vitest";
import { reachServer } from "@/db/named-server";

const refusal = (url: string) =>
  reachServer(url, 0).then(
    () => "",
    (error: Error) => error.message,
  );

describe("a PostgreSQL server named in DATABASE_URL", () => {
  it("is used when it answers", async () => {
    await expect(reachServer(await testServerUrl())).resolves.toBeUndefined();
  });

  it("is refused in one line that says what is wrong and does not show the password", async () => {
    const server = await testServerUrl();
    expect(await refusal(databaseUrl(server, "no_such"))).toMatch(/cannot be used: it has no such database/);
    expect(await refusal("postgresql://u:pa55word@127.0.0.1:1/x")).toMatch(/nothing listens at its address/);
    expect(await refusal("postgresql://u:pa55word@127.0.0.1:1/x")).not.toContain("pa55word");
    expect(await refusal("postgresql://u:p@no-such-host.invalid/x")).toMatch(/cannot be used/);
  });
});
