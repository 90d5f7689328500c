import { expect, it } from "vitest";
import { crossesNetworkInClear } from "@/access/session-cookie";
import { parseEnv, setEnv } from "@/lib/env";

it.each([
  ["https://slipway.example.com", false],
  ["http://localhost:3000", false],
  ["http://127.0.0.1:3000", false],
  ["http://[::1]:3000", false],
  ["http://machine.lan:3000", true],
  ["http://192.168.1.9", true],
  ["http://localhost.example.com", true],
])("session cookies for %s would cross a network unencrypted: %s", (url, open) => {
  setEnv(parseEnv({ SLIPWAY_URL: url }));
  expect(crossesNetworkInClear()).toBe(open);
});
