"use client";
import { useQuery } from "@tanstack/react-query";
import { Download, FileJson } from "lucide-react";
import { useState } from "react";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { DeliveryBody } from "@/features/delivery/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { download } from "@/ui/download";

/** Headers and body of a delivery, read when a person asks for them. */
export function DeliveryContent({ deliveryId }: { deliveryId: string }) {
  const [wanted, setWanted] = useState(false);
  if (wanted) return <Content deliveryId={deliveryId} />;
  return (
    <Button className="justify-self-start" onClick={() => setWanted(true)}>
      <FileJson aria-hidden="true" />
      Show headers and body
    </Button>
  );
}

function Content({ deliveryId }: { deliveryId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.webhook.body.queryOptions({ deliveryId }));
  return <Loaded query={query}>{(content) => <Text content={content} />}</Loaded>;
}

function Text({ content }: { content: DeliveryBody }) {
  const text = readable(content.body);
  const headers = Object.entries(content.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <Card>
      <div className="flex flex-wrap items-center justify-end gap-2 border-b px-4 py-2">
        <CopyButton text={text} what="body" label="Copy body" />
        <Button
          size="small"
          onClick={() =>
            download(`delivery-${content.deliveryId}.json`, new Blob([text], { type: "text/plain" }))
          }
        >
          <Download aria-hidden="true" />
          Download
        </Button>
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so that the keyboard has to reach it
        tabIndex={0}
        className="max-h-[32rem] overflow-auto p-4 font-mono text-sm whitespace-pre-wrap focus-visible:outline-offset-[-2px]"
      >
        <span className="text-soft">{headers.join("\n")}</span>
        {"\n\n"}
        {text}
      </pre>
    </Card>
  );
}

/** JSON with line breaks; anything else, as a form, stays as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body; // not JSON
  }
}
