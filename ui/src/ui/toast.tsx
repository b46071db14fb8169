/** Short messages at the corner: what was done, with a way back where there is one. */

import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useSyncExternalStore } from "react";
import { IconButton } from "./button";

/** Shown at once at most; older ones give way. */
const MOST = 4;
const DONE_MS = 5_000;
const ERROR_MS = 12_000;

interface Toast {
  id: number;
  text: ReactNode;
  error: boolean;
  action?: { label: string; run: () => void };
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();

function change(to: readonly Toast[]): void {
  toasts = to;
  for (const listener of listeners) listener();
}

function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  change(toasts.filter((toast) => toast.id !== id));
}

function schedule(toast: Toast): void {
  timers.set(
    toast.id,
    setTimeout(() => dismiss(toast.id), toast.error ? ERROR_MS : DONE_MS),
  );
}

/** Says something. */
export function toast(text: ReactNode, options: { error?: boolean; action?: Toast["action"] } = {}): void {
  const added: Toast = {
    id: next,
    text,
    error: options.error ?? false,
    ...(options.action && { action: options.action }),
  };
  next += 1;
  schedule(added);
  change([...toasts, added].slice(-MOST));
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section
      aria-label="Messages"
      role="status"
      className="fixed right-4 bottom-4 z-50 grid w-[min(380px,calc(100vw-32px))] gap-2"
    >
      {shown.map((toast) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: resting the pointer on it only keeps it longer
        <div
          key={toast.id}
          onMouseEnter={() => clearTimeout(timers.get(toast.id))}
          onMouseLeave={() => schedule(toast)}
          className="card flex items-start gap-2 px-3 py-2 shadow-float"
        >
          {toast.error ? (
            <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0 text-danger" />
          ) : (
            <CircleCheck aria-hidden size={16} className="tone-green mt-0.5 shrink-0 text-tone" />
          )}
          <div className="min-w-0 flex-1 break-words">{toast.text}</div>
          {toast.action && (
            <button
              type="button"
              className="link shrink-0 font-medium"
              onClick={() => {
                toast.action?.run();
                dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton
            icon={X}
            label="Dismiss"
            size={14}
            className="-my-0.5 size-6"
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </section>
  );
}
