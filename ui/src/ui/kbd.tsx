/** A key, as it stands on the keyboard. */

import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded border border-line-strong bg-surface-2 px-1.5 font-mono text-[11px] text-fg-2 leading-4">
      {children}
    </kbd>
  );
}
