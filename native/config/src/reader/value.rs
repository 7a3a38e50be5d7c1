// SPDX-License-Identifier: GPL-2.0-or-later
//! A text that was set somewhere, and what it may mean.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::Reader;
use crate::Source;
use crate::xml::{Node, Position};

/// Seconds that a bound of waiting may have: 1 s to 1 h.
pub(super) const WAIT: RangeInclusive<u64> = 1..=3600;

/// Where something was set: what a message points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// None: outside of the file.
    pub(crate) position: Option<Position>,
    /// Path of the element, or name of the system property or variable.
    pub(crate) name: String,
}

impl Place {
    pub(crate) fn of(node: Node<'_>) -> Self {
        Place { position: Some(node.element.position), name: node.path() }
    }

    pub(crate) fn source(&self) -> Source {
        match self.position {
            Some(Position { line, column }) => Source::File { line, column },
            None => Source::Environment(self.name.clone()),
        }
    }
}

/// A text, trimmed and with placeholders replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) text: String,
    pub(crate) place: Place,
}

impl Reader<'_> {
    /// The text of an element that has no children. None: it is empty or a placeholder stands for nothing, which has
    /// been reported.
    pub(crate) fn text(&mut self, node: Node<'_>) -> Option<Value> {
        for child in node.children() {
            self.unknown_element(child, &[]);
        }
        let value = self.resolve(&node.element.text, Place::of(node))?;
        if value.text.is_empty() {
            self.error(&value.place, "is empty; give a value, or remove the element");
            return None;
        }
        Some(value)
    }

    /// An attribute, if it is there.
    pub(crate) fn attribute(&mut self, node: Node<'_>, name: &str) -> Option<Value> {
        let attribute = node.attribute(name)?;
        self.resolve(&attribute.value, Place { position: Some(attribute.position), name: node.path() })
    }

    /// The attribute `enabled`.
    pub(crate) fn enabled(&mut self, node: Node<'_>, default: bool) -> bool {
        match self.attribute(node, "enabled") {
            Some(value) => self.flag(&value).unwrap_or(default),
            None => default,
        }
    }

    /// Replaces `${name}` by the system property or variable of that name, and trims. Hazelcast knows no nesting and no
    /// default values, and leaves what it cannot replace; here that is an error, since all nodes would share the same
    /// wrong text.
    fn resolve(&mut self, raw: &str, place: Place) -> Option<Value> {
        let mut text = String::with_capacity(raw.len());
        let mut rest = raw.trim();
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else {
                self.error(&place, "a placeholder ${ has no } at its end");
                return None;
            };
            let Some(value) = self.env(name) else {
                let hint = if name.contains(':') { " (placeholders have no default values)" } else { "" };
                self.error(
                    &place,
                    format!("no system property or environment variable {name:?} for the placeholder ${{{name}}}{hint}; set it"),
                );
                return None;
            };
            text.push_str(before);
            text.push_str(&value);
            rest = behind;
        }
        text.push_str(rest);
        let text = text.trim().to_owned();
        Some(Value { text, place })
    }

    /// true or false; what Java's and XML Schema's readers take, and what people write in environments.
    pub(crate) fn flag(&mut self, value: &Value) -> Option<bool> {
        match value.text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => {
                self.error(&value.place, format!("{:?} is neither true nor false", value.text));
                None
            }
        }
    }

    /// An integer within bounds.
    pub(crate) fn number<T>(&mut self, value: &Value, bounds: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr + PartialOrd + Display,
    {
        match value.text.parse::<T>() {
            Ok(number) if bounds.contains(&number) => Some(number),
            _ => {
                let (low, high) = (bounds.start(), bounds.end());
                self.error(&value.place, format!("{:?} is not a whole number from {low} to {high}", value.text));
                None
            }
        }
    }

    /// A time in seconds within bounds.
    pub(crate) fn seconds(&mut self, value: &Value, bounds: RangeInclusive<u64>) -> Option<Duration> {
        match value.text.parse::<u64>() {
            Ok(seconds) if bounds.contains(&seconds) => Some(Duration::from_secs(seconds)),
            _ => {
                let (low, high) = (bounds.start(), bounds.end());
                self.error(&value.place, format!("{:?} is not a time from {low} to {high} seconds", value.text));
                None
            }
        }
    }

    /// A port, or a first and last port with a hyphen.
    pub(crate) fn ports(&mut self, value: &Value) -> Option<RangeInclusive<u16>> {
        let (first, last) = value.text.split_once('-').unwrap_or((&value.text, &value.text));
        match (first.trim().parse::<u16>(), last.trim().parse::<u16>()) {
            (Ok(first), Ok(last)) if 0 < first && first <= last => Some(first..=last),
            _ => {
                let text = format!("{:?} is not a port or range of ports; write 5701 or 5701-5708", value.text);
                self.error(&value.place, text);
                None
            }
        }
    }

    /// Anything that says itself what is wrong with a text.
    pub(crate) fn parsed<T>(&mut self, value: &Value) -> Option<T>
    where
        T: FromStr<Err = String>,
    {
        value.text.parse().map_err(|why| self.error(&value.place, why)).ok()
    }

    /// A name that goes into logs and handshakes.
    pub(crate) fn label(&mut self, value: &Value) -> Option<String> {
        if value.text.len() > 255 || value.text.chars().any(char::is_control) {
            self.error(&value.place, "a name has at most 255 bytes and no control characters");
            return None;
        }
        Some(value.text.clone())
    }
}

impl Value {
    /// The items of a list; Hazelcast separates them by commas, semicolons or spaces.
    pub(crate) fn items(&self) -> impl Iterator<Item = Value> {
        self.text
            .split(|c: char| matches!(c, ',' | ';') || c.is_whitespace())
            .filter(|item| !item.is_empty())
            .map(|item| Value { text: item.to_owned(), place: self.place.clone() })
    }
}
