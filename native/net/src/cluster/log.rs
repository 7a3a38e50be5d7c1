// SPDX-License-Identifier: GPL-2.0-or-later
//! Log lines of this library, on their way to the host's log.
//!
//! Several members may live in one process, and a process-wide subscriber could belong to one of them only. So each member
//! has its own, and its threads are given it when they start.

use std::{cell::RefCell, fmt::Write, sync::Arc};

use tracing::{
    Dispatch, Event as TracingEvent, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::DefaultGuard,
};

use super::events::{Event, EventQueue};

thread_local! {
    static ADOPTED: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// Makes the lines that the calling thread logs go where `dispatch` sends them, until the thread ends.
pub(super) fn adopt(dispatch: &Dispatch) {
    ADOPTED.with(|guard| *guard.borrow_mut() = Some(tracing::dispatcher::set_default(dispatch)));
}

/// A subscriber that puts lines into the queue of one member.
pub(super) fn dispatch(events: Arc<EventQueue>) -> Dispatch {
    Dispatch::new(ToEvents(events))
}

struct ToEvents(Arc<EventQueue>);

impl Subscriber for ToEvents {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Lines of the libraries below are for their developers.
        *metadata.level() <= Level::DEBUG && metadata.target().starts_with("gs_cluster")
    }

    fn event(&self, event: &TracingEvent<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        let (level, target) = (*event.metadata().level(), event.metadata().target().to_owned());
        self.0.push(Event::Log { level, target, message: line.0 });
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        // Spans are not used: one id serves for all.
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a string does not fail.
        let _ = match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
