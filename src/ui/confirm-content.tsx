"use client";
import { type ReactNode, useId, useState } from "react";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import type { ConfirmDialogProps } from "@/ui/confirm-props";
import { Modal } from "@/ui/dialog";
import { Input } from "@/ui/input";

/** Asks before something stops, and says what. */
export function ConfirmContent(props: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const ready = !props.blocked && (!props.typeToConfirm || typed === props.typeToConfirm);
  return (
    <Modal
      open={props.open}
      onOpenChange={(open) => {
        setTyped("");
        props.onOpenChange(open);
      }}
      title={props.title}
      description={props.children}
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>{props.dismiss ?? "Cancel"}</Button>
          <Button look="danger" busy={props.busy} disabled={!ready} onClick={props.onConfirm}>
            {props.verb}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {props.stops && props.stops.length > 0 && <StopList items={props.stops} />}
        {props.typeToConfirm && (
          <div className="grid gap-1.5">
            <label htmlFor={id}>
              Type <strong className="font-mono">{props.typeToConfirm}</strong> to confirm
            </label>
            <Input
              id={id}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
            />
          </div>
        )}
        {props.otherWay && <div className="flex flex-wrap gap-2">{props.otherWay}</div>}
        {props.error && <Alert tone="bad">{props.error}</Alert>}
      </div>
    </Modal>
  );
}

function StopList({ items }: { items: ReactNode[] }) {
  return (
    <div className="grid gap-2">
      <p className="font-medium">This stops:</p>
      <ul className="max-h-56 list-disc space-y-1 overflow-y-auto pl-5">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of sentences
          <li key={index}>{item}</li>
        ))}
      </ul>
    </div>
  );
}
