/** Every view, once: its path, its place in the navigation, who may see it, and its code, loaded when it is needed. */

import {
  BookOpen,
  Bot,
  ChartLine,
  Contact,
  FileText,
  Globe,
  HardDrive,
  HeartPulse,
  KeyRound,
  LayoutDashboard,
  ListChecks,
  ListTodo,
  type LucideIcon,
  Map as MapIcon,
  Network,
  Power,
  ScrollText,
  Settings,
  ShieldCheck,
} from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

export type Role = "viewer" | "operator" | "admin" | "superadmin";
const RANKS: Role[] = ["viewer", "operator", "admin", "superadmin"];

/** Whether somebody of role `has` may do what needs `needs`. */
export function allows(has: Role, needs: Role): boolean {
  return RANKS.indexOf(has) >= RANKS.indexOf(needs);
}

export interface Route {
  path: string;
  title: string;
  group: "Overview" | "Pipeline" | "Operate" | "Observe" | "Admin";
  icon: LucideIcon;
  /** After `g`, the key that leads there. */
  key?: string;
  role: Role;
  page: LazyExoticComponent<ComponentType>;
}

type Module = Promise<{ default: ComponentType }>;

function route(
  group: Route["group"],
  path: string,
  title: string,
  icon: LucideIcon,
  load: () => Module,
  more: { key?: string; role?: Role } = {},
): Route {
  return {
    group,
    path,
    title,
    icon,
    page: lazy(load),
    role: more.role ?? "viewer",
    ...(more.key && { key: more.key }),
  };
}

/** Where the control plane stands. */
export const BASE = "/admin";

export const ROUTES: readonly Route[] = [
  route("Overview", "/", "Dashboard", LayoutDashboard, () => import("@/features/dashboard/page"), { key: "d" }),
  route("Pipeline", "/domains", "Domains", Globe, () => import("@/features/domains/page"), { key: "o" }),
  route("Pipeline", "/sitemaps", "Sitemaps", MapIcon, () => import("@/features/sitemaps/page"), { key: "s" }),
  route("Pipeline", "/pages", "Pages", FileText, () => import("@/features/pages/page"), { key: "p" }),
  route("Pipeline", "/contacts", "Contacts", Contact, () => import("@/features/contacts/page"), { key: "c" }),
  route("Operate", "/jobs", "Jobs & Queue", ListTodo, () => import("@/features/jobs/page"), { key: "j" }),
  route("Operate", "/operations", "Operations", ListChecks, () => import("@/features/operations/page")),
  route("Operate", "/workers", "Agents & Workers", Bot, () => import("@/features/workers/page"), { key: "w" }),
  route("Operate", "/managers", "Managers", Network, () => import("@/features/managers/page"), { key: "m" }),
  route("Operate", "/system", "System Controls", Power, () => import("@/features/system/page")),
  route("Observe", "/logs", "System Logs", ScrollText, () => import("@/features/logs/page"), { key: "l" }),
  route("Observe", "/analytics", "Analytics", ChartLine, () => import("@/features/analytics/page"), { key: "a" }),
  route("Observe", "/health", "System Health", HeartPulse, () => import("@/features/health/page"), { key: "h" }),
  route("Observe", "/storage", "Storage", HardDrive, () => import("@/features/storage/page")),
  route("Observe", "/audit", "Audit log", ShieldCheck, () => import("@/features/audit/page")),
  route("Admin", "/config", "Configuration", Settings, () => import("@/features/config/page")),
  route("Admin", "/users", "Users & Tokens", KeyRound, () => import("@/features/users/page"), { role: "admin" }),
  route("Admin", "/api-docs", "API docs", BookOpen, () => import("@/features/api-docs/page"), { role: "admin" }),
];

export const GROUPS = [...new Set(ROUTES.map((route) => route.group))];
