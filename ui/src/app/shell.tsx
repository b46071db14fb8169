/** The frame around every view: navigation, search, live state, theme, who is signed in. */

import { Command, LogOut, Menu as MenuIcon, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { type ReactNode, Suspense, useCallback, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { live, useLiveState } from "@/live/live";
import { Button, IconButton } from "@/ui/button";
import { classes } from "@/ui/classes";
import { Dialog } from "@/ui/dialog";
import { Kbd } from "@/ui/kbd";
import { Menu } from "@/ui/menu";
import { Skeleton } from "@/ui/states";
import { timeZone } from "@/ui/time";
import { Toasts } from "@/ui/toast";
import { Boundary } from "./boundary";
import { Palette } from "./palette";
import { allows, BASE, GROUPS, ROUTES } from "./routes";
import { signOut, useMe } from "./session";
import { SHEET, singleKeys, useShortcuts } from "./shortcuts";
import { nextTheme, theme } from "./theme";

export function Shell({ children }: { children: ReactNode }) {
  const [path, go] = useLocation();
  const [over, setOver] = useState<"palette" | "sheet" | "nav">();
  const close = useCallback(() => setOver(undefined), []);
  useEffect(() => live.start("/api/admin/events", `${BASE}/live-worker.js`), []);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOver("palette");
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  useShortcuts(
    useCallback(
      (keys) => {
        const route = ROUTES.find((candidate) => candidate.key && keys === `g ${candidate.key}`);
        if (route) go(route.path);
        else if (keys === "?") setOver("sheet");
        else if (keys === "t") nextTheme();
        else if (keys === "/") document.querySelector<HTMLElement>("[data-search]")?.focus();
        else if (keys === " ") live.setPaused(live.state !== "paused");
        else return false;
        return true;
      },
      [go],
    ),
  );
  const here = ROUTES.find((route) => route.path === path);
  useEffect(() => {
    document.title = here ? `${here.title} · Sitelode` : "Sitelode";
  }, [here]);
  return (
    <div className="grid h-full grid-cols-[224px_1fr] max-[820px]:grid-cols-1">
      <a href="#main" className="control sr-only focus:not-sr-only focus:absolute focus:z-50">
        Skip to the page
      </a>
      <Navigation open={over === "nav"} onClose={close} />
      <div className="flex min-h-0 min-w-0 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-2 border-line border-b bg-surface px-4">
          <IconButton
            icon={MenuIcon}
            label="Navigation"
            onClick={() => setOver("nav")}
            className="hidden max-[820px]:inline-grid"
          />
          <h1 className="mr-auto truncate text-title font-semibold">{here?.title ?? "Sitelode"}</h1>
          <Button onClick={() => setOver("palette")} aria-label="Search or run" icon={Command}>
            <span className="flex items-center gap-6 max-[820px]:hidden">
              <span className="font-normal text-fg-3">Search or run…</span> <Kbd>Ctrl K</Kbd>
            </span>
          </Button>
          <LiveBadge />
          <ThemeButton />
          <UserMenu />
        </header>
        <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-auto outline-none">
          <Boundary place={path}>
            <Suspense fallback={<Pending />}>{children}</Suspense>
          </Boundary>
        </main>
      </div>
      {over === "palette" && <Palette onClose={close} />}
      {over === "sheet" && <KeySheet onClose={close} />}
      <Toasts />
    </div>
  );
}

function Navigation({ open, onClose }: { open: boolean; onClose: () => void }) {
  const me = useMe();
  const [path] = useLocation();
  return (
    <>
      {open && (
        <button
          type="button"
          aria-label="Close the navigation"
          onClick={onClose}
          className="fixed inset-0 z-30 bg-[var(--scrim)]"
        />
      )}
      <nav
        aria-label="Views"
        className={classes(
          "flex min-h-0 flex-col gap-3 overflow-y-auto border-line border-r bg-surface px-2 py-3",
          "max-[820px]:fixed max-[820px]:inset-y-0 max-[820px]:left-0 max-[820px]:z-40 max-[820px]:w-60",
          !open && "max-[820px]:hidden",
        )}
      >
        <Link href="/" className="flex items-center gap-2 px-2 text-title font-semibold">
          <img src={`${BASE}/icon.svg`} alt="" width={24} height={24} /> Sitelode
        </Link>
        {GROUPS.map((group) => {
          const routes = ROUTES.filter((route) => route.group === group && allows(me.role, route.role));
          if (routes.length === 0) return null;
          return (
            <div key={group} className="grid gap-0.5">
              <p className="px-2 pb-1 font-medium text-fg-3 text-label uppercase tracking-wide">{group}</p>
              {routes.map((route) => (
                <Link
                  key={route.path}
                  href={route.path}
                  onClick={onClose}
                  aria-current={path === route.path ? "page" : undefined}
                  className={classes(
                    "flex h-8 items-center gap-2 rounded-control px-2",
                    path === route.path
                      ? "bg-accent-soft font-medium text-accent"
                      : "text-fg-2 hover:bg-surface-2 hover:text-fg",
                  )}
                >
                  <route.icon aria-hidden size={16} />
                  {route.title}
                </Link>
              ))}
            </div>
          );
        })}
      </nav>
    </>
  );
}

const LIVE_WORDS = {
  live: ["tone-green", "Live"],
  held: ["tone-amber", "Held"],
  paused: ["tone-amber", "Paused"],
  reconnecting: ["tone-gray", "Reconnecting"],
  stale: ["tone-red", "Not live"],
} as const;

function LiveBadge() {
  const { state, held } = useLiveState();
  const [tone, word] = LIVE_WORDS[state];
  const waits = (state === "held" || state === "paused") && held > 0;
  return (
    <Button
      aria-pressed={state === "paused"}
      title={state === "paused" ? "Go on with live updates" : "Pause live updates"}
      onClick={() => live.setPaused(state !== "paused")}
    >
      <span aria-hidden className={classes(tone, "size-2 rounded-full bg-tone-solid")} />
      {word}
      {waits && <span className="text-fg-3">{held}</span>}
    </Button>
  );
}

function ThemeButton() {
  const chosen = theme.use();
  const icon = { system: Monitor, light: Sun, dark: Moon }[chosen];
  return (
    <IconButton icon={icon} label={`Theme: ${chosen}`} onClick={nextTheme} className="border border-line-strong" />
  );
}

function UserMenu() {
  const me = useMe();
  const zone = timeZone.use();
  const keys = singleKeys.use();
  return (
    <Menu
      trigger={
        <Button icon={UserRound} aria-label={`Signed in as ${me.name}, ${me.role}`}>
          <span className="max-[820px]:hidden">{me.name}</span>
        </Button>
      }
      items={[
        {
          label: `Times in ${zone === "utc" ? "local time" : "UTC"}`,
          onSelect: () => timeZone.set(zone === "utc" ? "local" : "utc"),
        },
        {
          label: `Single keys ${keys === "on" ? "off" : "on"}`,
          onSelect: () => singleKeys.set(keys === "on" ? "off" : "on"),
        },
        "line",
        { label: "Sign out", icon: LogOut, onSelect: () => void signOut() },
      ]}
    />
  );
}

function KeySheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="grid grid-cols-[96px_1fr] gap-y-2">
        {SHEET.map(([keys, does]) => (
          <div key={keys} className="contents">
            <dt className="flex gap-1">
              {keys.split(" ").map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function Pending() {
  return (
    <div className="p-4">
      <Skeleton lines={6} />
    </div>
  );
}
