"use client";
import type { Environment } from "@/features/environment/contract";
import { ConfirmDialog } from "@/ui/confirm-dialog";

/** Ask before a frozen environment is deployed by hand. */
export function DeployFrozen(props: {
  environment: Environment;
  busy: boolean;
  onConfirm(): void;
  onClose(): void;
}) {
  const { name, frozen } = props.environment;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={`Deploy to ${name} although it is frozen?`}
      verb="Deploy anyway"
      busy={props.busy}
      onConfirm={props.onConfirm}
    >
      {frozen && `${frozen.by} froze it: ${frozen.reason}.`} It stays frozen for everything else.
    </ConfirmDialog>
  );
}
