import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import {
  deniedNetworks,
  inNetwork,
  isAddress,
  isDenied,
  isLoopback,
  isNever,
  neverNetworks,
  readNetwork,
} from "@/lib/address";

/** The network's first and last address and the ones just outside, as text. */
function edges(cidr: string) {
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  const bits = address.kind() === "ipv4" ? 32n : 128n;
  const size = 1n << (bits - BigInt(prefix));
  const first = address.toByteArray().reduce((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
  const end = first + size;
  return {
    inside: [first, end - 1n].map((value) => text(value, bits)),
    outside: [first - 1n, end]
      .filter((value) => value >= 0n && value < 1n << bits)
      .map((value) => text(value, bits)),
  };
}

function text(value: bigint, bits: bigint): string {
  const bytes = Array.from({ length: Number(bits / 8n) }, (_, at) =>
    Number((value >> (bits - 8n * BigInt(at + 1))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

/** Whether some denied network other than this one holds the address, or it is outside global unicast. */
function deniedElsewhere(address: string, cidr: string): boolean {
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === "ipv6" && !parsed.match(ipaddr.parseCIDR("2000::/3"))) return true;
  return deniedNetworks.some((other) => {
    const [base, prefix] = ipaddr.parseCIDR(other);
    return other !== cidr && base.kind() === parsed.kind() && parsed.match(base, prefix);
  });
}

describe.each(deniedNetworks)("the denied network %s", (cidr) => {
  const { inside, outside } = edges(cidr);
  test("is denied from its first to its last address", () => {
    for (const address of inside) expect(isDenied(address), address).toBe(true);
  });
  test("does not deny the addresses just outside of it", () => {
    for (const address of outside) expect(isDenied(address), address).toBe(deniedElsewhere(address, cidr));
  });
});

test.each([
  "1.1.1.1",
  "8.8.8.8",
  "140.82.121.3",
  "172.32.0.0",
  "192.169.0.1",
  "100.128.0.0",
  "2606:4700::1111",
  "2a00::1",
  "2001:4860:4860::8888",
])("%s is public", (address) => {
  expect(isDenied(address)).toBe(false);
});

test.each([
  "",
  "x",
  "127.1",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "1.1.1.1 ",
  "::1%eth0",
  "[::1]",
  "1.1.1.1.1",
  "256.1.1.1",
])("%j is no valid address and counts as denied", (address) => {
  expect(isDenied(address)).toBe(true);
  expect(isNever(address)).toBe(true);
});

test.each(neverNetworks)("%s can never be allowed by SLIPWAY_OUTBOUND_ALLOW", (cidr) => {
  for (const address of edges(cidr).inside) expect(isNever(address)).toBe(true);
});

test.each([
  "::ffff:169.254.169.254",
  "::169.254.169.254",
  "64:ff9b::169.254.169.254",
  "64:ff9b::6464:64c8",
  "2002:a9fe:a9fe::1",
  "fd00:ec2::254",
])("%s, another form of a metadata address, can never be allowed by SLIPWAY_OUTBOUND_ALLOW", (address) => {
  expect(isNever(address)).toBe(true);
});

test("a private address can be allowed by SLIPWAY_OUTBOUND_ALLOW", () => {
  for (const address of ["10.0.0.1", "127.0.0.1", "192.168.1.1", "fd00::1", "::1"])
    expect(isNever(address)).toBe(false);
});

test.each([
  "10.0.0.0/33",
  "10.0.0/8",
  "10.0.0.0/8/8",
  "10.0.0.0/",
  "10.0.0.0/-1",
  "fd00::/129",
  "010.0.0.0/8",
  "host",
])("%s is not read as a network", (value) => {
  expect(readNetwork(value)).toBeNull();
});

test.each(["2001:4860:4860::8888%eth0", "2606:4700::1111%1", "fd00::5%eth0"])(
  "%s, an address with a zone, is no address: it could leave by another interface than was checked",
  (text) => {
    expect(isAddress(text)).toBe(false);
    expect(isDenied(text)).toBe(true);
    expect(readNetwork(text)).toBeNull();
  },
);

test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"])(
  "%s is recognized as a loopback address",
  (text) => expect(isLoopback(text)).toBe(true),
);

test.each(["localhost", "", "127.1", "128.0.0.1", "2001:db8::1"])(
  "%j is not recognized as a loopback address",
  (text) => expect(isLoopback(text)).toBe(false),
);

test("a network is read with its prefix, and one address as a network of itself", () => {
  const prefixOf = (text: string) => readNetwork(text)?.prefix ?? null;
  expect(
    ["10.0.0.0/8", "10.1.2.3", "fd00::/8", "fd00::1", "::/128", "0.0.0.0/0", "10.0.0.1/32"].map(prefixOf),
  ).toEqual([8, 32, 8, 128, 128, 0, 32]);
  expect(["10.0.0.0/33", "fd00::/129", "10.0.0.0/8/8", "10.0.0.0/", "10.0.0.0/a"].map(prefixOf)).toEqual(
    Array(5).fill(null),
  );
});

test("an address is in a network of its own kind alone, and text that is no address is in none", () => {
  const ten = readNetwork("10.0.0.0/8");
  const all6 = readNetwork("::/0");
  if (!ten || !all6) throw new Error("the networks were not read");
  expect(["10.9.9.9", "11.0.0.1", "::1", "nothing"].map((text) => inNetwork(text, ten))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(["::1", "10.0.0.1", "nothing"].map((text) => inNetwork(text, all6))).toEqual([true, false, false]);
});

test("the tables are there: loopback, private and metadata addresses are denied, the last for good", () => {
  expect(["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "224.0.0.1"].map(isDenied)).toEqual(
    Array(5).fill(true),
  );
  expect(["169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254", "2002:a9fe:a9fe::1"].map(isNever)).toEqual(
    Array(4).fill(true),
  );
});
