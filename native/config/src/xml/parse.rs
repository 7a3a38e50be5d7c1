// SPDX-License-Identifier: GPL-2.0-or-later
//! Text to tree.

use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::{EscapeError, resolve_predefined_entity};
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::locate::Locator;
use super::{Attribute, Element, MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_NAME, Malformed};

/// Reads a document and gives its root.
pub(crate) fn parse(text: &str) -> Result<Element, Malformed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut parser = Parser { locator: Locator::new(text), open: Vec::new(), root: None, count: 0 };
    if text.len() > MAX_BYTES {
        return Err(parser.malformed(0, format!("the file has {} bytes; at most {MAX_BYTES} are read", text.len())));
    }
    if let Some((offset, c)) = text.char_indices().find(|(_, c)| !is_xml_char(*c)) {
        return Err(parser.malformed(offset, format!("the character {c:?} must not occur in XML; remove it")));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    loop {
        let start = position(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => parser.event(event, start)?,
            Err(error) => {
                let text = parser.explain(&error);
                return Err(parser.malformed(position(reader.error_position()), text));
            }
        }
    }
    if let Some(element) = parser.open.last() {
        let expected = format!("the file ends, expected </{}> for line {}", element.name, element.position.line);
        return Err(parser.malformed(text.len(), expected));
    }
    match parser.root.take() {
        Some(root) => Ok(root),
        None => Err(parser.malformed(0, "there is no element, expected <hazelcast>".to_owned())),
    }
}

/// The characters of XML 1.0; surrogates are no `char`.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

struct Parser<'a> {
    locator: Locator<'a>,
    /// Elements that were started and not ended, the root first.
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
}

impl Parser<'_> {
    fn malformed(&mut self, offset: usize, text: String) -> Malformed {
        // The root is left out of paths, unless nothing else is open.
        let names: Vec<&str> = self.open.iter().map(|element| element.name.as_str()).collect();
        let element = names.get(if names.len() > 1 { 1 } else { 0 }..).unwrap_or_default().join("/");
        Malformed { position: self.locator.at(offset), element, text }
    }

    fn event(&mut self, event: Event<'_>, start: usize) -> Result<(), Malformed> {
        match event {
            Event::Start(tag) => self.start(&tag, start),
            Event::Empty(tag) => {
                self.start(&tag, start)?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml10_content(), start),
            Event::CData(text) => self.text(&text.xml10_content(), start),
            Event::GeneralRef(reference) => match resolve(&reference) {
                Ok(text) => self.text(&text, start),
                Err(why) => Err(self.malformed(start, why)),
            },
            Event::DocType(_) => Err(self.malformed(
                start,
                "a DOCTYPE is refused, because it can make a reader fetch and expand what it names; remove it"
                    .to_owned(),
            )),
            Event::Decl(_) if start > 0 => {
                Err(self.malformed(start, "<?xml ...?> must be the very first text of the file".to_owned()))
            }
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<(), Malformed> {
        self.count += 1;
        if self.open.is_empty() && self.root.is_some() {
            return Err(
                self.malformed(start, "a second element beside the root; expected the end of the file".to_owned())
            );
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.malformed(start, format!("elements are nested deeper than {MAX_DEPTH}")));
        }
        if self.count > MAX_ELEMENTS {
            return Err(self.malformed(start, format!("the file has more than {MAX_ELEMENTS} elements")));
        }
        let full_name = tag.name();
        if !is_name(full_name.as_ref()) {
            return Err(
                self.malformed(start, format!("expected the name of an element after <{}", hint(full_name.as_ref())))
            );
        }
        let position = self.locator.at(start);
        let attributes = self.attributes(tag, start)?;
        let name = tag.local_name().as_ref().to_owned();
        self.open.push(Element { name, position, attributes, children: Vec::new(), text: String::new() });
        Ok(())
    }

    fn attributes(&mut self, tag: &BytesStart<'_>, start: usize) -> Result<Vec<Attribute>, Malformed> {
        let mut attributes = Vec::new();
        // What quick-xml gives is relative to the name of the element, which follows the <.
        let base = start + 1;
        let content: &str = tag;
        let mut after_last = tag.name().as_ref().len();
        for (count, attribute) in tag.attributes().enumerate() {
            if count >= MAX_ATTRIBUTES {
                return Err(self.malformed(start, format!("an element with more than {MAX_ATTRIBUTES} attributes")));
            }
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => {
                    let (offset, why) = explain_attribute(&error);
                    return Err(self.malformed(base + offset, why));
                }
            };
            let key = attribute.key.as_ref();
            // The name lies in the tag's text, so the difference of their addresses is its place there.
            let offset = (key.as_ptr() as usize).saturating_sub(content.as_ptr() as usize);
            let at = base + offset;
            if !content.get(after_last..offset).is_some_and(|gap| gap.starts_with(|c: char| c.is_ascii_whitespace())) {
                return Err(self.malformed(at, "expected a space before the attribute".to_owned()));
            }
            after_last = content.len();
            if let Some(rest) = content.get(offset + key.len()..) {
                // Past name, equal sign, quotes and value: the next attribute starts behind it.
                if let Some(value) = rest.find(['"', '\'']) {
                    after_last = offset + key.len() + value + attribute.value.len() + 2;
                }
            }
            if !is_name(key) {
                return Err(self.malformed(at, format!("expected the name of an attribute, found {}", hint(key))));
            }
            if attribute.value.contains('<') {
                let why = format!("the value of {key} contains <; is its closing quote missing? Write &lt; for <");
                return Err(self.malformed(at, why));
            }
            let value = match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => value.into_owned(),
                Err(error) => {
                    let why = self.explain(&error);
                    return Err(self.malformed(at, why));
                }
            };
            if key.contains(':') || key == "xmlns" {
                continue;
            }
            attributes.push(Attribute { name: key.to_owned(), position: self.locator.at(at), value });
        }
        Ok(attributes)
    }

    fn end(&mut self) {
        // quick-xml has checked that an element is open, and that the names agree.
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: &str, start: usize) -> Result<(), Malformed> {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
            return Ok(());
        }
        match text.find(|c: char| !c.is_ascii_whitespace()) {
            None => Ok(()),
            Some(at) => Err(self.malformed(start + at, "text outside of the root element; remove it".to_owned())),
        }
    }

    fn explain(&self, error: &Error) -> String {
        match error {
            Error::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                let line = self.open.last().map_or(0, |element| element.position.line);
                format!("expected </{expected}> for line {line}, found </{found}>")
            }
            Error::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                format!("</{found}> ends an element that was not started; remove it")
            }
            Error::IllFormed(IllFormedError::UnclosedReference) => {
                "& starts a reference that has no ; at its end; write &amp; for &".to_owned()
            }
            Error::IllFormed(IllFormedError::DoubleHyphenInComment) => {
                "a comment must not contain --, other than in the --> that ends it".to_owned()
            }
            Error::Escape(EscapeError::UnrecognizedEntity(_, name)) => unknown_entity(name),
            Error::Escape(EscapeError::UnterminatedEntity(_)) => {
                "& starts a reference that has no ; at its end; write &amp; for &".to_owned()
            }
            Error::Syntax(what) => what.to_string(),
            other => other.to_string(),
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<String, String> {
    if reference.is_char_ref() {
        return match reference.resolve_char_ref() {
            Ok(Some(c)) if is_xml_char(c) => Ok(c.to_string()),
            _ => Err(format!("&{}; is not a character of XML", &**reference)),
        };
    }
    resolve_predefined_entity(reference).map(str::to_owned).ok_or_else(|| unknown_entity(reference))
}

fn unknown_entity(name: &str) -> String {
    format!("the entity &{}; is not defined, and declaring entities is refused; write the text itself", hint(name))
}

fn explain_attribute(error: &AttrError) -> (usize, String) {
    match error {
        AttrError::ExpectedEq(at) => (*at, "expected = and a quoted value after the name of the attribute".to_owned()),
        AttrError::ExpectedValue(at) => (*at, "expected a quoted value after =".to_owned()),
        AttrError::UnquotedValue(at) => (*at, "expected quotes around the value of the attribute".to_owned()),
        AttrError::ExpectedQuote(at, quote) => (*at, format!("expected a closing {}", char::from(*quote))),
        AttrError::Duplicated(at, _) => (*at, "the attribute occurs twice; remove one".to_owned()),
    }
}

/// Names as XML has them, but for the rarer punctuation: letters, digits, `_`, `-`, `.`, and `:` of a prefix.
fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
        && !name.ends_with(':')
}

/// The start of what was found, short enough for a message.
fn hint(text: &str) -> String {
    text.chars().take(40).collect()
}
