// SPDX-License-Identifier: GPL-2.0-or-later
//! Byte offsets to lines and columns.

use super::Position;

/// Finds lines and columns. Offsets mostly ask forward, so it goes on from the last answer instead of counting from the
/// start each time: a document of one long line would take quadratic time otherwise.
pub(super) struct Locator<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

const START: Position = Position { line: 1, column: 1 };

impl<'a> Locator<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Locator { text, offset: 0, position: START }
    }

    /// Position of the character that starts at the offset; one past the end for offsets beyond it.
    pub(super) fn at(&mut self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        if offset < self.offset {
            (self.offset, self.position) = (0, START);
        }
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        for c in passed.chars() {
            if c == '\n' {
                self.position = Position { line: self.position.line + 1, column: 1 };
            } else {
                self.position.column += 1;
            }
        }
        self.offset = offset;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let mut locator = Locator::new("aé\r\nx<\n");
        let mut at = |offset| {
            let Position { line, column } = locator.at(offset);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(6), (2, 2));
        // Inside é, and backwards.
        assert_eq!(at(2), (1, 2));
        assert_eq!(at(100), (3, 1));
    }
}
