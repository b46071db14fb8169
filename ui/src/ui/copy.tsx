/** Copying that also works without a secure context, and says that it did. */

import { Check, Copy as CopyIcon } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, IconButton } from "./button";

/** Puts a text on the clipboard; false if the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused, as over plain HTTP: the old way is left.
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

/** A button that copies. With words it is a whole button, otherwise an icon. */
export function Copy({ text, what, words = false }: { text: string; what: string; words?: boolean }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => setState((await copyText(text)) ? "copied" : "refused");
  const said = { idle: "", copied: "Copied", refused: "The browser refused to copy" }[state];
  const icon = state === "copied" ? Check : CopyIcon;
  return (
    <>
      {words ? (
        <Button icon={icon} onClick={copy} aria-label={`Copy ${what}`}>
          {said || "Copy"}
        </Button>
      ) : (
        <IconButton icon={icon} size={14} label={`Copy ${what}`} onClick={copy} className="size-6" />
      )}
      <span role="status" className="sr-only">
        {said}
      </span>
    </>
  );
}
