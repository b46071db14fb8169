//! The states of nodes, services, workers and managers, as they should be and as they are.

use crate::words::words;

/// What a process is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// It answers HTTP, and may run jobs besides.
    Serve,
    /// It runs jobs.
    Worker,
}

words!(NodeKind, UnknownNodeKind, "kind of node", { Serve => "serve", Worker => "worker" });

/// How a node is, or should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NodeState {
    /// It works.
    #[default]
    Running,
    /// It claims nothing new; what runs goes on.
    Draining,
    /// It has ended in order.
    Stopped,
    /// It ends in order and begins again with the same arguments.
    Restarting,
}

words!(NodeState, UnknownNodeState, "state of a node", {
    Running => "running", Draining => "draining", Stopped => "stopped", Restarting => "restarting",
});

/// How a service, worker or manager should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DesiredState {
    /// It should work.
    #[default]
    Running,
    /// It should not.
    Stopped,
}

words!(DesiredState, UnknownDesiredState, "desired state", { Running => "running", Stopped => "stopped" });

/// How a service or worker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActualState {
    /// It works, or waits for work.
    Running,
    /// It takes nothing new; what runs goes on.
    Draining,
    /// It does nothing.
    Stopped,
}

words!(ActualState, UnknownActualState, "actual state", {
    Running => "running", Draining => "draining", Stopped => "stopped",
});

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Somebody should look.
    Warning,
    /// Somebody must look now.
    Critical,
}

words!(Severity, UnknownSeverity, "severity", { Info => "info", Warning => "warning", Critical => "critical" });
