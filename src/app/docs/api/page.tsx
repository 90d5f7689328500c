import type { Metadata } from "next";
import Link from "next/link";
import { EntryCard } from "@/app/docs/api/entry-card";
import { env } from "@/lib/env";
import { reference } from "@/server/openapi/reference";
import { Brand } from "@/ui/brand";

export const metadata: Metadata = { title: "API reference" };
export const dynamic = "force-dynamic";

export default function ApiReferencePage() {
  const groups = reference();
  return (
    <div className="mx-auto grid w-full max-w-5xl gap-8 px-4 py-8 md:grid-cols-[11rem_minmax(0,1fr)]">
      <header className="md:col-span-2">
        <Link href="/" className="inline-flex items-center gap-2.5 text-lg font-semibold">
          <Brand />
          Slipway
        </Link>
        <h1 className="mt-6 text-xl font-semibold">API reference</h1>
        <Introduction url={env().url} />
      </header>
      <nav aria-label="Routers" className="self-start md:sticky md:top-6">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 md:grid">
          {groups.map(({ router }) => (
            <li key={router}>
              <a href={`#${router}`} className="text-soft hover:text-ink hover:underline">
                {router}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main className="grid gap-10">
        {groups.map(({ router, entries }) => (
          <section key={router} aria-labelledby={router} className="grid gap-3">
            <h2 id={router} className="scroll-mt-6 text-lg font-semibold">
              {router}
            </h2>
            {entries.map((entry) => (
              <EntryCard key={entry.path} entry={entry} />
            ))}
          </section>
        ))}
      </main>
    </div>
  );
}

function Introduction({ url }: { url: string }) {
  return (
    <div className="mt-3 grid max-w-2xl gap-2 text-soft">
      <p>
        Every procedure answers plain JSON at <code className="font-mono">{url}/api/&lt;name&gt;</code>, and
        tRPC 11 clients at <code className="font-mono">{url}/api/trpc/&lt;name&gt;</code>. Send an API key as{" "}
        <code className="font-mono">x-api-key</code>; make one under Settings, API keys.
      </p>
      <p>
        Queries take GET with their fields as query parameters, or POST with a JSON body. Everything else
        takes POST; an <code className="font-mono">Idempotency-Key</code> makes a repeat safe. Errors are{" "}
        <code className="font-mono">{'{"error":{"code","message","fault","requestId"}}'}</code>.
      </p>
      <p>
        For machines:{" "}
        <a href="/api/openapi.json" className="text-accent-ink underline">
          the OpenAPI 3.1 document
        </a>
        .
      </p>
    </div>
  );
}
