/** Menus of deeds, and lists of choices that stay open while one ticks. */

import { Check, ChevronDown, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes";

const PANEL =
  "z-50 max-h-[min(420px,var(--radix-dropdown-menu-content-available-height))] min-w-44 overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-float";
const ITEM =
  "flex h-8 select-none items-center gap-2 rounded-control px-2 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-surface-2";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}

interface MenuProps {
  trigger: ReactElement;
  items: (MenuItem | "line")[];
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, items, onOpenChange }: MenuProps) {
  return (
    // modal={false}: the modal kind writes a style element, which the page's policy refuses.
    <DropdownMenu.Root modal={false} onOpenChange={(open) => onOpenChange?.(open)}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} collisionPadding={8} className={PANEL}>
          {items.map((item, at) =>
            item === "line" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing but their place
              <DropdownMenu.Separator key={at} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                key={item.label}
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
                className={classes(ITEM, item.danger && "text-danger")}
              >
                {item.icon && <item.icon aria-hidden size={15} />}
                <span className="flex-1">{item.label}</span>
                {item.hint && <span className="text-fg-3 text-meta">{item.hint}</span>}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ChoicesProps {
  label: string;
  options: { value: string; label?: ReactNode; count?: number }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** A facet: several values of one field. */
export function Choices({ label, options, chosen, onChange }: ChoicesProps) {
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={classes("control", chosen.length === 0 && "border-dashed")}>
        {label}
        {chosen.length > 0 && (
          <span className="rounded bg-accent-soft px-1.5 text-accent text-meta">
            {chosen.length === 1 ? chosen[0] : chosen.length}
          </span>
        )}
        <ChevronDown aria-hidden size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={4} collisionPadding={8} className={PANEL}>
          {options.map((option) => (
            <DropdownMenu.CheckboxItem
              key={option.value}
              checked={chosen.includes(option.value)}
              onCheckedChange={() => toggle(option.value)}
              onSelect={(event) => event.preventDefault()}
              className={ITEM}
            >
              <span
                aria-hidden
                className={classes(
                  "grid size-4 place-items-center rounded border border-line-strong",
                  chosen.includes(option.value) && "border-accent bg-accent text-accent-fg",
                )}
              >
                {chosen.includes(option.value) && <Check size={12} />}
              </span>
              <span className="flex-1">{option.label ?? option.value}</span>
              {option.count !== undefined && (
                <span className="text-fg-3 text-meta">{option.count.toLocaleString("en")}</span>
              )}
            </DropdownMenu.CheckboxItem>
          ))}
          {chosen.length > 0 && (
            <>
              <DropdownMenu.Separator className="my-1 h-px bg-line" />
              <DropdownMenu.Item className={ITEM} onSelect={() => onChange([])}>
                Clear
              </DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
