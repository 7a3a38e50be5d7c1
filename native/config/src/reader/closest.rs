// SPDX-License-Identifier: GPL-2.0-or-later
//! "Did you mean": the known name that a misspelt one is closest to.

/// `; did you mean x?`, or nothing when no name is close.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    // A third of the letters may be wrong; beyond that the guess confuses.
    let length = name.chars().count();
    let most = length.div_ceil(3);
    // Names of other lengths are farther than that; a file of many nonsensical names is not worth the time either.
    let near = known.iter().filter(|other| other.chars().count().abs_diff(length) <= most);
    let close = near.map(|other| (distance(name, other), other)).filter(|(distance, _)| *distance <= most);
    close.min().map_or_else(String::new, |(_, other)| format!("; did you mean {other}?"))
}

/// Edit distance (Levenshtein 1966): letters to insert, delete or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(&b) {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("same", "same"), 0);
    }

    #[test]
    fn suggests_only_what_is_close() {
        assert_eq!(suggestion("tpc-ip", &["multicast", "tcp-ip"]), "; did you mean tcp-ip?");
        assert_eq!(suggestion("hypercube", &["multicast", "tcp-ip"]), "");
    }
}
