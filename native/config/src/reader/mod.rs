// SPDX-License-Identifier: GPL-2.0-or-later
//! From the tree to the configuration: messages, placeholders and values; one module per part of the file.

mod closest;
mod cloud;
mod draft;
mod join;
mod network;
pub(crate) mod policy;
mod properties;
pub(crate) mod settings;
mod status_map;
mod tls;
mod top;
mod value;

pub(crate) use value::{Place, Value};

use crate::verdict::{Message, Severity};
use crate::xml::{Malformed, Node, parse};
use crate::{Config, Verdict};

/// Most messages that are kept: more help nobody, and they end in a server's log.
const MAX_MESSAGES: usize = 1000;

/// Most characters of a message: what the file says is quoted in it, and may be long.
const MAX_TEXT: usize = 1000;

/// What the file says must not make lines of its own in a log.
fn one_line(text: &str) -> String {
    text.chars().take(MAX_TEXT).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Reads a file; see [`Config::read`]. `names` are those of the environment, as far as they are known.
pub(crate) fn read<'n>(
    path: &str,
    xml: &str,
    env: &dyn Fn(&str) -> Option<String>,
    names: impl Iterator<Item = &'n str>,
) -> Verdict {
    let mut reader = Reader { env, messages: Vec::new(), refused: false, omitted: 0 };
    let config = match parse(xml) {
        Ok(root) => top::read(&mut reader, &root),
        Err(Malformed { position, element, text }) => {
            let place = Place { position: Some(position), name: element };
            reader.error(&place, text);
            None
        }
    };
    settings::check_names(&mut reader, names);
    reader.finish(path, config)
}

/// What is carried through the parts.
pub(crate) struct Reader<'e> {
    env: &'e dyn Fn(&str) -> Option<String>,
    messages: Vec<Message>,
    /// An error was reported, whether it was kept or omitted.
    refused: bool,
    omitted: usize,
}

impl Reader<'_> {
    pub(crate) fn error(&mut self, place: &Place, text: impl Into<String>) {
        self.say(Severity::Error, place, text.into());
    }

    pub(crate) fn warn(&mut self, place: &Place, text: impl Into<String>) {
        self.say(Severity::Warning, place, text.into());
    }

    fn say(&mut self, severity: Severity, place: &Place, text: String) {
        // The first error is always kept: it is what the summary names.
        let first_error = severity == Severity::Error && !self.refused;
        self.refused |= severity == Severity::Error;
        if self.messages.len() >= MAX_MESSAGES && !first_error {
            self.omitted += 1;
            return;
        }
        let (line, column) = place.position.map_or((0, 0), |at| (at.line, at.column));
        self.messages.push(Message { severity, line, column, element: one_line(&place.name), text: one_line(&text) });
    }

    /// A variable of the environment, or a system property.
    pub(crate) fn env(&self, name: &str) -> Option<String> {
        (self.env)(name)
    }

    fn finish(mut self, path: &str, config: Option<Config>) -> Verdict {
        // Stable: what is said of one place stays in the order in which it was said.
        self.messages.sort_by_key(|message| (message.line == 0, message.line, message.column));
        if self.omitted > 0
            && let Some(last) = self.messages.last()
        {
            let text = format!("{} more messages are left out; correct the above first", self.omitted);
            self.messages.push(Message { severity: Severity::Info, text, ..last.clone() });
        }
        Verdict { path: path.to_owned(), config: config.filter(|_| !self.refused), messages: self.messages }
    }

    /// Warns of an element that nobody knows, with the name that may have been meant.
    pub(crate) fn unknown_element(&mut self, node: Node<'_>, known: &[&str]) {
        let mean = closest::suggestion(node.name(), known);
        self.warn(&Place::of(node), format!("unknown element, ignored{mean}"));
    }

    /// Warns of attributes other than these.
    pub(crate) fn known_attributes(&mut self, node: Node<'_>, known: &[&str]) {
        for attribute in &node.element.attributes {
            if !known.contains(&attribute.name.as_str()) {
                let mean = closest::suggestion(&attribute.name, known);
                let place = Place { position: Some(attribute.position), name: node.path() };
                self.warn(&place, format!("unknown attribute {}, ignored{mean}", attribute.name));
            }
        }
    }

    /// Refuses a second element of a name that has one meaning only.
    pub(crate) fn refuse_duplicates(&mut self, parent: Node<'_>, single: &[&str]) {
        for name in single {
            let mut same = parent.children().filter(|child| child.name() == *name);
            let Some(first) = same.next() else { continue };
            for other in same {
                let line = first.element.position.line;
                self.error(&Place::of(other), format!("occurs a second time, first on line {line}; keep one of them"));
            }
        }
    }
}
