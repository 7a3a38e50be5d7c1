// SPDX-License-Identifier: GPL-2.0-or-later
//! An XML document as a tree in which everything knows its line and column.
//!
//! quick-xml does the scanning; what it leaves to its user is checked here, so that a file is accepted only if Java's
//! parsers accept it too. DTDs are refused, and with them every declared entity: nothing is ever expanded or fetched.

mod locate;
mod parse;

pub(crate) use parse::parse;

/// Largest document in bytes; Hazelcast's own example of every element is a quarter of it.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;
/// Deepest nesting of elements; Hazelcast's schema goes to 12.
const MAX_DEPTH: usize = 64;
/// Most elements; Hazelcast's own example of every element has 2,000.
const MAX_ELEMENTS: usize = 20_000;
/// Most attributes of one element: finding duplicates takes time in the square of it. Hazelcast's schema has at most 8.
const MAX_ATTRIBUTES: usize = 64;
/// Longest name of an element or attribute; Hazelcast's longest has 50.
const MAX_NAME: usize = 128;

/// A place in the document; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// An element. Names are local names: namespaces are not looked at, because the file's vary by Hazelcast's version.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Of the `<`.
    pub(crate) position: Position,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    /// Own text without that of children, in one piece.
    pub(crate) text: String,
}

/// An attribute that is part of Hazelcast's vocabulary, so none with a prefix and no declaration of a namespace.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) position: Position,
    pub(crate) value: String,
}

/// Why the text is not a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) position: Position,
    /// Path of the element in which it was found, below the root.
    pub(crate) element: String,
    pub(crate) text: String,
}

/// An element with the way to it. Parents are on the stack of the reader, so it cannot outlive them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(crate) element: &'a Element,
    parent: Option<&'a Node<'a>>,
}

impl<'a> Node<'a> {
    pub(crate) fn root(element: &'a Element) -> Self {
        Node { element, parent: None }
    }

    pub(crate) fn name(&self) -> &'a str {
        &self.element.name
    }

    /// Path below the root, `network/join/aws`; the root's own is its name.
    pub(crate) fn path(&self) -> String {
        match self.parent {
            Some(parent) if parent.parent.is_some() => format!("{}/{}", parent.path(), self.name()),
            _ => self.name().to_owned(),
        }
    }

    pub(crate) fn children(&'a self) -> impl Iterator<Item = Node<'a>> {
        self.element.children.iter().map(move |element| Node { element, parent: Some(self) })
    }

    pub(crate) fn child(&'a self, name: &str) -> Option<Node<'a>> {
        self.children().find(|child| child.name() == name)
    }

    pub(crate) fn has_sibling(&self, name: &str) -> bool {
        self.parent.is_some_and(|parent| parent.element.children.iter().any(|child| child.name == name))
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'a Attribute> {
        self.element.attributes.iter().find(|attribute| attribute.name == name)
    }
}
