"use client";
import { Broken } from "@/ui/broken";
import "./globals.css";

/** When even the frame of all pages broke: the least that can be shown. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <html lang="en">
      <body>
        <main>
          <Broken
            title="Slipway broke"
            advice="Something went wrong on our side. Try again; if it stays, restart Slipway."
            digest={error.digest}
            onRetry={reset}
          />
        </main>
      </body>
    </html>
  );
}
