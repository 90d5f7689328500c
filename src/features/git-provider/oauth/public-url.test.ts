import { expect, it } from "vitest";
import { isPublic } from "@/features/git-provider/oauth/public-url";

it.each([
  ["https://slipway.example.org", true],
  ["https://8.8.8.8", true],
  ["http://localhost:3000", false],
  ["http://127.0.0.1:3000", false],
  ["http://10.1.2.3", false],
  ["http://[::1]:3000", false],
  ["http://[fd00::1]", false],
  ["http://slipway.internal", false],
  ["http://slipway", false],
  ["https://slipway.home.arpa.", false],
])("%s is open to hosts on the Internet: %s", (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});
