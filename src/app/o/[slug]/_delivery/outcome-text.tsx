"use client";
import { deploymentPath } from "@/client/paths";
import type { Delivery } from "@/features/delivery/contract";
import { Link } from "@/ui/link";
import { Sentence } from "@/ui/sentence";

const shown = 2;

/** In one line what came of a delivery: where it was deployed, or why not. */
export function OutcomeText({ delivery }: { delivery: Delivery }) {
  const deployed = delivery.environments.filter((each) => each.deploymentId !== null);
  if (deployed.length > 0) {
    const more = deployed.length - shown;
    return (
      <>
        {deployed.slice(0, shown).map(({ applicationId, deploymentId, application, environment }, index) => (
          <span key={deploymentId}>
            {index > 0 && ", "}
            <Link
              href={deploymentPath({ applicationId, deploymentId: deploymentId ?? "" })}
              prefetch={false}
              className="relative z-10 text-accent-ink hover:underline"
            >
              {application}, {environment}
            </Link>
          </span>
        ))}
        {more > 0 && ` and ${more} more`}
      </>
    );
  }
  const reason = delivery.reason ?? delivery.environments.find((each) => each.reason)?.reason;
  if (reason) return <Sentence text={reason.message} />;
  return delivery.decision === "pending" ? "It is read within seconds." : "No environment is about it.";
}
