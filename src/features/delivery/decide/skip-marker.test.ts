import { expect, it } from "vitest";
import { skipMarkerIn } from "@/features/delivery/decide/skip-marker";

it.each([
  "Style [skip ci]",
  "[ci skip] Style",
  "Style\n\nLong text [No CI]",
  "Style [skip actions]",
  "Style [actions skip]",
  "Style ***NO_CI***",
  "Style\n\nText\n\nskip-checks: true",
  "Style\n\nskip-checks:true\nSigned-off-by: Ada <ada@example.com>\n",
  "Style\r\n\r\nskip-checks: true\r\n",
])("finds the marker in %j", (message) => expect(skipMarkerIn(message)).not.toBeNull());

it.each([
  "",
  "Style",
  "skip ci",
  "[skip  ci]",
  "[skipci]",
  "skip-checks: true",
  "Style\n\nskip-checks: true\n\nText after it",
  "Style\n\nskip-checks: false",
  "Explain why skip-checks: true is a trailer",
])("finds none in %j", (message) => expect(skipMarkerIn(message)).toBeNull());
