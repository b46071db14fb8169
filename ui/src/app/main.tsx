/** Where the control plane begins. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Route, Router, Switch } from "wouter";
import { Problem } from "@/api/problem";
import "@/styles/base.css";
import { NotFound } from "./not-found";
import { BASE, ROUTES } from "./routes";
import { SessionGuard } from "./session";
import { Shell } from "./shell";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it refuses again; what did not reach it may the next time.
      retry: (count, error) => count < 2 && [0, 502, 503, 504].includes(Problem.of(error).status),
    },
  },
});

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Router base={BASE}>
          <SessionGuard>
            <Shell>
              <Switch>
                {ROUTES.map((route) => (
                  <Route key={route.path} path={route.path} component={route.page} />
                ))}
                <Route component={NotFound} />
              </Switch>
            </Shell>
          </SessionGuard>
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
}
