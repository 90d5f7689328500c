import { describe, expect, it } from "vitest";
import { eventTitle, remedyOf, ruleTitle } from "@/app/o/[slug]/_delivery/delivery-text";

describe("the texts of a delivery", () => {
  it("name what happened at the host", () => {
    const none = { event: "push", ref: null, pullRequest: null };
    expect(eventTitle({ ...none, ref: "main" })).toBe("Push to main");
    expect(eventTitle({ ...none, event: "tag", ref: "v1.2" })).toBe("Tag v1.2");
    expect(eventTitle({ ...none, ref: "topic", pullRequest: 7 })).toBe("Pull request 7");
    expect(eventTitle({ ...none, event: "ping" })).toBe("Test delivery");
    expect(eventTitle({ ...none, event: "wiki" })).toBe("Event wiki");
    expect(eventTitle({ ...none, event: null })).toBe("Event that is not read yet");
  });

  it("turn the name of an unknown rule into words", () => {
    expect(ruleTitle("skipMarker")).toBe("Skip markers");
    expect(ruleTitle("someNewRule")).toBe("Some new rule");
  });

  it("lead to the page on which the cause can be changed", () => {
    const of = (code: string, environmentId: string | null = "env") =>
      remedyOf({ reason: { code, message: "" }, applicationId: "app", environmentId }, "prov")?.href;
    expect(of("rule_frozen")).toBe("/applications/app/environments/env");
    expect(of("rule_previews_off", null)).toBe("/applications/app/previews");
    expect(of("rule_provider_inactive")).toBe("/providers/prov");
    expect(of("rule_unchanged")).toBeUndefined();
  });
});
