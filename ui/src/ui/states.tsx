/** What stands where data would: loading, nothing there, something wrong, not allowed. */

import { type LucideIcon, RotateCw, ShieldAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Problem } from "@/api/problem";
import { Button } from "./button";
import { Copy } from "./copy";

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="grid justify-items-center gap-2 px-6 py-16 text-center">
      <Icon aria-hidden size={28} className="text-fg-3" />
      <p className="text-title font-medium">{title}</p>
      {children && <div className="max-w-md text-fg-2">{children}</div>}
      {action && <div className="mt-2 flex gap-2">{action}</div>}
    </div>
  );
}

/** Something went wrong: what, the id to report it by, and another try. */
export function Wrong({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = Problem.of(error);
  const forbidden = problem.status === 403;
  const Icon = forbidden ? ShieldAlert : TriangleAlert;
  return (
    <div role="alert" className="tone-red m-3 rounded-card bg-tone-soft px-4 py-3 text-tone">
      <p className="flex items-center gap-2 font-semibold">
        <Icon aria-hidden size={16} />
        {problem.title}
      </p>
      {problem.detail && <p className="mt-1">{problem.detail}</p>}
      <div className="mt-2 flex flex-wrap items-center gap-2 text-meta">
        {problem.traceId && (
          <span className="flex items-center gap-1">
            Trace <code className="font-mono">{problem.traceId}</code>
            <Copy text={problem.traceId} what="trace id" />
          </span>
        )}
        {onRetry && !forbidden && (
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** Lines where text will be. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div role="status" className="grid gap-2">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place
        <div key={line} aria-hidden className={`skeleton h-4 ${line % 3 === 2 ? "w-2/3" : "w-full"}`} />
      ))}
    </div>
  );
}
