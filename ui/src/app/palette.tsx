/** Ctrl-K: every view and every action that the reader may run, found by a few letters. */

import { type KeyboardEvent, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useActions } from "@/api/actions";
import { ActionDialog } from "./action-dialog";
import { allows, ROUTES } from "./routes";
import { useMe } from "./session";

interface Entry {
  kind: "View" | "Action";
  title: string;
  hint: string;
  run: () => void;
}

/** Shown at once at most. */
const SHOWN_MAX = 50;

/** How well a text answers to what was typed: lower is better, none is no answer. */
export function rank(text: string, typed: string): number | undefined {
  const hay = text.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const word of words) {
    const at = hay.indexOf(word);
    if (at < 0) return undefined;
    total += at === 0 || /[\s._-]/.test(hay.charAt(at - 1)) ? 0 : 10;
    total += at / 100;
  }
  return total;
}

export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [action, setAction] = useState<string>();
  const entries = useEntries(onClose, setAction);
  const query = useDeferredValue(typed);
  const found = useMemo(() => {
    const ranked = entries.flatMap((entry) => {
      const value = rank(`${entry.title} ${entry.hint}`, query);
      return value === undefined ? [] : [{ entry, value }];
    });
    return ranked
      .sort((one, other) => one.value - other.value)
      .slice(0, SHOWN_MAX)
      .map(({ entry }) => entry);
  }, [entries, query]);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const chosen = Math.min(at, found.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") found[chosen]?.run();
    else return;
    event.preventDefault();
  };
  if (action) return <ActionDialog type={action} onClose={onClose} />;
  return (
    <dialog
      ref={dialog}
      aria-label="Search or run"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === dialog.current && onClose()}
      onKeyDown={onKeyDown}
      className="mx-auto mt-[14dvh] w-[calc(100vw-24px)] max-w-xl overflow-hidden rounded-dialog border border-line bg-surface p-0 shadow-float"
    >
      <input
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[chosen] && `${list}-${chosen}`}
        aria-label="Search views and actions"
        placeholder="Go to a view or run an action…"
        className="h-12 w-full border-line border-b bg-transparent px-4 text-title outline-none"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
      />
      <div role="listbox" id={list} aria-label="Found" tabIndex={-1} className="max-h-[50dvh] overflow-y-auto p-2">
        {found.map((entry, index) => (
          <div
            key={`${entry.kind} ${entry.hint} ${entry.title}`}
            role="option"
            id={`${list}-${index}`}
            tabIndex={-1}
            aria-selected={index === chosen}
            ref={(line) => {
              if (index === chosen) line?.scrollIntoView?.({ block: "nearest" });
            }}
            onMouseMove={() => setAt(index)}
            onClick={entry.run}
            onKeyDown={() => undefined}
            className={`flex h-9 cursor-pointer items-center gap-3 rounded-control px-3 ${index === chosen ? "bg-accent-soft" : ""}`}
          >
            <span className="w-14 shrink-0 text-fg-3 text-meta">{entry.kind}</span>
            <span className="min-w-0 flex-1 truncate">{entry.title}</span>
            <span className="truncate font-mono text-fg-3 text-meta">{entry.hint}</span>
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-6 text-center text-fg-2">Nothing is called that.</p>}
      </div>
    </dialog>
  );
}

function useEntries(onClose: () => void, onAction: (type: string) => void): Entry[] {
  const me = useMe();
  const [, go] = useLocation();
  const actions = useActions().data;
  return useMemo(() => {
    const views = ROUTES.filter((route) => allows(me.role, route.role)).map((route): Entry => {
      const run = () => {
        onClose();
        go(route.path);
      };
      return { kind: "View", title: route.title, hint: route.path, run };
    });
    const deeds = (actions ?? [])
      .filter((action) => allows(me.role, action.role))
      .map((action): Entry => {
        return { kind: "Action", title: action.title, hint: action.type, run: () => onAction(action.type) };
      });
    return [...views, ...deeds];
  }, [me, actions, go, onClose, onAction]);
}
