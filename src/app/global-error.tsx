"use client";
import { Button } from "@/ui/button";
import "./globals.css";

/** When even the frame of all pages broke: the least that can be shown. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset(): void }) {
  return (
    <html lang="en">
      <body>
        <main className="mx-auto grid min-h-dvh max-w-md content-center justify-items-center gap-3 px-4 text-center">
          <h1 className="text-xl font-semibold">Slipway broke</h1>
          <p className="text-soft">
            Something went wrong on our side. Try again; if it stays, restart Slipway.
          </p>
          {error.digest && <p className="font-mono text-sm text-soft">Error {error.digest}</p>}
          <Button look="primary" onClick={reset}>
            Try again
          </Button>
        </main>
      </body>
    </html>
  );
}
