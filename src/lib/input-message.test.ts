import { describe, expect, it } from "vitest";
import { z } from "zod";
import { inputMessage } from "@/lib/input-message";

const shape = z.object({
  name: z.string().min(1).max(3),
  role: z.enum(["viewer", "owner"]),
  limit: z.number().int().min(2).max(9),
  list: z.array(z.string()).min(1).max(2),
  at: z.iso.datetime(),
  either: z.union([z.literal("a"), z.number()]),
});

const good = { name: "abc", role: "viewer", limit: 5, list: ["x"], at: "2027-01-31T12:00:00Z", either: 1 };

function said(change: object): string | undefined {
  return shape.safeParse({ ...good, ...change }, { error: inputMessage }).error?.issues[0]?.message;
}

describe("the message about an invalid field", () => {
  it.each([
    [{ name: undefined }, "This is missing."],
    [{ name: 5 }, "This must be text."],
    [{ name: "" }, "This may not be empty."],
    [{ name: "abcd" }, "At most 3 characters."],
    [{ role: "king" }, 'Give one of "viewer", "owner".'],
    [{ limit: "5" }, "This must be a number."],
    [{ limit: 1.5 }, "This must be a whole number."],
    [{ limit: 1 }, "At least 2."],
    [{ limit: 10 }, "At most 9."],
    [{ list: [] }, "This may not be empty."],
    [{ list: ["a", "b", "c"] }, "At most 2 entries."],
    [{ list: {} }, "This must be a list."],
    [{ at: "tomorrow" }, "Give a time such as 2027-01-31T12:00:00Z."],
    [{ either: "b" }, "This is none of what can be given here."],
  ])("for %j is: %s", (change, expected) => {
    expect(said(change)).toBe(expected);
  });

  it("is the one that the schema gives, where it gives one", () => {
    const own = z.string().min(1, "Give a name.");
    expect(own.safeParse("", { error: inputMessage }).error?.issues[0]?.message).toBe("Give a name.");
  });
});
