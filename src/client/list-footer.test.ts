import { expect, it } from "vitest";
import { lengthOf } from "@/client/list-footer";

it.each([
  [{ total: 62, shown: 50, hasMore: true }, "62 in all"],
  [{ shown: 50, hasMore: true }, "more than 50"],
  [{ shown: 12, hasMore: false }, "12 in all"],
  [{ shown: 50, hasMore: false, isCut: true }, "more than 50"],
  [{ total: 0, shown: 0, hasMore: false }, "0 in all"],
  [{ total: 40, shown: 50, hasMore: true }, "more than 50"],
])("the footer of a list states a total only when it is known: %j", (list, text) => {
  expect(lengthOf(list)).toBe(text);
});
