import { expect, test } from "vitest";
import { follow } from "@/lib/outbound/redirect";

const plain = {
  method: "GET",
  url: new URL("https://git.example.com/a"),
  headers: { accept: "text/html" },
  body: null,
  redirect: "follow" as const,
};

test.each(["http://git.example.com/a", "http://other.example.com/", "HTTP://git.example.com/a"])(
  "a redirect from https down to %s is not followed, also without a credential",
  (location) => {
    expect(() => follow(plain, 302, location)).toThrow(
      expect.objectContaining({ reason: expect.objectContaining({ code: "redirect_elsewhere" }) }),
    );
  },
);

test("a redirect up to https is followed, and so is one to another host when nothing secret goes along", () => {
  const http = { ...plain, url: new URL("http://git.example.com/a") };
  expect(follow(http, 301, "https://git.example.com/a").url.href).toBe("https://git.example.com/a");
  expect(follow(plain, 302, "https://other.example.com/b").url.href).toBe("https://other.example.com/b");
});
