//! The queue in front of the one write connection: whoever comes first goes first, small work before bulk work.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// After so many small turns in a row a waiting bulk turn goes first.
const SMALL_IN_A_ROW: u32 = 8;

/// How long a transaction is expected to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A few rows: somebody waits for the answer.
    Small,
    /// Hundreds of rows and more.
    Bulk,
}

/// Lets one through at a time.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: bool,
    small: VecDeque<oneshot::Sender<Pass>>,
    bulk: VecDeque<oneshot::Sender<Pass>>,
    small_in_a_row: u32,
}

/// The right to write; given on when dropped.
#[derive(Debug)]
pub(crate) struct Pass(Option<Arc<Gate>>);

impl Gate {
    /// Waits for one's turn.
    pub(crate) async fn enter(self: &Arc<Self>, size: Size) -> Pass {
        loop {
            let turn = match self.stand_in_line(size) {
                Ok(pass) => return pass,
                Err(turn) => turn,
            };
            if let Ok(pass) = turn.await {
                return pass;
            }
        }
    }

    fn stand_in_line(self: &Arc<Self>, size: Size) -> Result<Pass, oneshot::Receiver<Pass>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.taken {
            state.taken = true;
            return Ok(Pass(Some(Arc::clone(self))));
        }
        let (sender, turn) = oneshot::channel();
        match size {
            Size::Small => state.small.push_back(sender),
            Size::Bulk => state.bulk.push_back(sender),
        }
        Err(turn)
    }

    /// Gives the pass to the next in line, past those that no longer wait.
    fn leave(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                let next = state.next();
                state.taken = next.is_some();
                next
            };
            let Some(next) = next else { return };
            match next.send(Pass(Some(Arc::clone(self)))) {
                Ok(()) => return,
                // Void: it must not leave by the same door again.
                Err(mut pass) => drop(pass.0.take()),
            }
        }
    }
}

impl State {
    fn next(&mut self) -> Option<oneshot::Sender<Pass>> {
        let bulk_first = self.small_in_a_row >= SMALL_IN_A_ROW;
        let next = if bulk_first { self.bulk.pop_front() } else { None };
        if let Some(next) = next.or_else(|| self.small.pop_front().inspect(|_| self.small_in_a_row += 1)) {
            if bulk_first {
                self.small_in_a_row = 0;
            }
            return Some(next);
        }
        self.small_in_a_row = 0;
        self.bulk.pop_front()
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(gate) = self.0.take() {
            gate.leave();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sets turns in line behind a taken gate, and tells in which order they come through.
    async fn order(sizes: &[Size]) -> Vec<usize> {
        let gate = Arc::new(Gate::default());
        let first = gate.enter(Size::Small).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (number, &size) in sizes.iter().enumerate() {
            let (gate, order) = (Arc::clone(&gate), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _pass = gate.enter(size).await;
                order.lock().unwrap().push(number);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        Arc::into_inner(order).unwrap().into_inner().unwrap()
    }

    #[tokio::test]
    async fn small_work_goes_before_bulk_work() {
        assert_eq!(order(&[Size::Bulk, Size::Bulk, Size::Small, Size::Small]).await, [2, 3, 0, 1]);
    }

    #[tokio::test]
    async fn bulk_work_does_not_starve() {
        let sizes: Vec<_> = std::iter::once(Size::Bulk).chain([Size::Small; 20]).collect();
        assert_eq!(order(&sizes).await[8], 0);
    }

    #[tokio::test]
    async fn a_turn_that_stops_waiting_is_passed_over() {
        let gate = Arc::new(Gate::default());
        let first = gate.enter(Size::Small).await;
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { drop(gate.enter(Size::Small).await) }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        let _ = waiting.await;
        drop(first);
        drop(gate.enter(Size::Bulk).await);
        assert!(!gate.state.lock().unwrap().taken);
    }
}
