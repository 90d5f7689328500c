import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/ui/class-names";
import { Sentence } from "@/ui/sentence";

const looks = {
  info: { icon: Info, style: "border-line bg-surface", mark: "text-accent-ink" },
  good: { icon: CircleCheck, style: "border-good/30 bg-good-wash", mark: "text-good" },
  warn: { icon: TriangleAlert, style: "border-warn/30 bg-warn-wash", mark: "text-warn" },
  bad: { icon: CircleAlert, style: "border-bad/30 bg-bad-wash", mark: "text-bad" },
};

/** A framed remark. `bad` and `warn` are read out when they appear. */
export function Alert(props: {
  tone?: keyof typeof looks;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
}) {
  const tone = props.tone ?? "info";
  const { icon: Icon, style, mark } = looks[tone];
  return (
    <div
      role={tone === "bad" ? "alert" : tone === "warn" ? "status" : undefined}
      className={cn("flex items-start gap-3 rounded-md border px-4 py-3", style, props.className)}
    >
      <Icon className={cn("mt-0.5 size-4 shrink-0", mark)} aria-hidden="true" />
      <div className="grid min-w-0 flex-1 gap-1">
        {props.title && (
          <p className="font-semibold">
            {typeof props.title === "string" ? <Sentence text={props.title} /> : props.title}
          </p>
        )}
        {props.children && (
          <div>
            {typeof props.children === "string" ? <Sentence text={props.children} /> : props.children}
          </div>
        )}
        {props.actions && <div className="mt-2 flex flex-wrap gap-2">{props.actions}</div>}
      </div>
    </div>
  );
}
