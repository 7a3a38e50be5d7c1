// SPDX-License-Identifier: GPL-2.0-or-later
//! The status record: the form in which a process's status is an entry of the map, on the wire, on disk and in Java.
//!
//! Big-endian, as Java's `ByteBuffer`. The members that queries ask for most stand first, at fixed places, so that a scan
//! reads them without walking the strings:
//!
//! | bytes | what |
//! |---|---|
//! | 0 | layout version, 1 |
//! | 1 | [`Phase`] |
//! | 2 | flags: 1 asynchronous, 2 the failure is presumed |
//! | 3–6 | progress, percent, `f32` |
//! | 7–54 | six times, milliseconds since the epoch, `i64`; `i64::MIN` is none: see [`Time`] |
//! | 55– | eight strings: see [`Text`]; each a `u32` length in bytes, `u32::MAX` for none, and UTF-8 |
//! | then | `u16` number of throwables, the exception and its causes, each four strings (class, message, code, locator), a `u16` and as many strings |

use std::fmt;

use super::Phase;

/// The layout version that this module writes.
pub const VERSION: u8 = 1;
/// Longest chain of causes that is kept.
pub const MAX_CAUSES: usize = 16;

const FLAG_ASYNCHRONOUS: u8 = 1;
const FLAG_PRESUMED: u8 = 2;
const PHASE_AT: usize = 1;
const FLAGS_AT: usize = 2;
const PROGRESS_AT: usize = 3;
const TIMES_AT: usize = 7;
const TEXTS_AT: usize = TIMES_AT + 6 * 8;
const NONE: u32 = u32::MAX;

/// The times of a status, in the order of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are GeoServer's own names")]
pub enum Time {
    Creation,
    Completion,
    LastUpdated,
    Expiration,
    EstimatedCompletion,
    NextPoll,
}

/// The strings of a status, in the order of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// GeoServer's execution id: the key of the entry.
    ExecutionId,
    /// Namespace of the process's name.
    ProcessNamespace,
    /// What stands between namespace and local name.
    ProcessSeparator,
    /// Local part of the process's name.
    ProcessName,
    /// Who asked for it.
    UserName,
    /// What the process says it is doing.
    Task,
    /// GeoServer's name of the executing node: not unique.
    NodeId,
    /// The executing member's id: unique.
    Owner,
}

const TEXTS: usize = 8;

/// Bytes that are not a status record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRecord(&'static str);

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a status record of layout version {VERSION}: {}", self.0)
    }
}

impl std::error::Error for BadRecord {}

/// The part of a record that has a fixed size: everything but the strings and the exception. A table of these can be
/// searched without touching the records.
pub type Head = [u8; TEXTS_AT];

/// A status record that was found to be whole. Reading it copies nothing.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    head: &'a Head,
    texts: &'a [u8],
    phase: Phase,
}

impl<'a> Record<'a> {
    /// Checks everything that later reads rely on.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadRecord> {
        if bytes.first() != Some(&VERSION) {
            return Err(BadRecord("its layout version is another"));
        }
        let (head, texts) = bytes.split_first_chunk().ok_or(BadRecord("it is too short"))?;
        let record = Self::of(head, texts).ok_or(BadRecord("its phase is unknown"))?;
        let mut rest = texts;
        for text in 0..TEXTS {
            let (string, after) = take_text(rest)?;
            if text == Text::ExecutionId as usize && string.is_none() {
                return Err(BadRecord("it has no execution id"));
            }
            rest = after;
        }
        let (causes, mut rest) = take_u16(rest)?;
        if usize::from(causes) > MAX_CAUSES {
            return Err(BadRecord("it has too many causes"));
        }
        for _ in 0..causes {
            for _ in 0..4 {
                rest = take_text(rest)?.1;
            }
            let (texts, mut after) = take_u16(rest)?;
            for _ in 0..texts {
                after = take_text(after)?.1;
            }
            rest = after;
        }
        if rest.is_empty() { Ok(record) } else { Err(BadRecord("bytes follow its end")) }
    }

    /// A record that this member already checked: an entry of the status map.
    pub fn trusted(bytes: &'a [u8]) -> Option<Self> {
        let (head, texts) = bytes.split_first_chunk()?;
        Self::of(head, texts)
    }

    /// The same, of a record whose head is kept apart.
    pub fn of(head: &'a Head, texts: &'a [u8]) -> Option<Self> {
        Some(Self { head, texts, phase: Phase::from_code(head[PHASE_AT])? })
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether another member declared the failure, because the executing one is gone.
    pub fn is_presumed(&self) -> bool {
        self.head[FLAGS_AT] & FLAG_PRESUMED != 0
    }

    /// Whether the client does not wait for the process.
    pub fn is_asynchronous(&self) -> bool {
        self.head[FLAGS_AT] & FLAG_ASYNCHRONOUS != 0
    }

    /// The rank of this status: see [`Phase::rank`].
    pub fn rank(&self) -> u8 {
        self.phase.rank(self.is_presumed())
    }

    /// Percent done.
    pub fn progress(&self) -> f32 {
        f32::from_be_bytes(self.array(PROGRESS_AT))
    }

    /// A time, milliseconds since the epoch.
    pub fn time(&self, time: Time) -> Option<i64> {
        let millis = i64::from_be_bytes(self.array(TIMES_AT + 8 * time as usize));
        (millis != i64::MIN).then_some(millis)
    }

    /// A string.
    pub fn text(&self, text: Text) -> Option<&'a str> {
        let mut rest = self.texts;
        for _ in 0..text as usize {
            rest = skip_text(rest)?;
        }
        // Checked when the record was first taken in.
        take_text(rest).ok()?.0
    }

    /// The execution id.
    pub fn execution_id(&self) -> &'a str {
        self.text(Text::ExecutionId).unwrap_or_default()
    }

    /// The record with another owner.
    pub fn with_owner(&self, owner: &str) -> Vec<u8> {
        let old = self.owner();
        let mut record = self.up_to(old.start);
        put_text(&mut record, Some(owner));
        record.extend_from_slice(&self.texts[old.end..]);
        record
    }

    /// The record of the same process after it failed because its member is gone.
    pub fn presumed_failed(&self, reason: &str, wall_ms: u64) -> Vec<u8> {
        let mut record = self.up_to(self.owner().end);
        record[PHASE_AT] = Phase::Failed as u8;
        record[FLAGS_AT] |= FLAG_PRESUMED;
        let now = i64::try_from(wall_ms).unwrap_or(i64::MAX).to_be_bytes();
        for time in [Time::Completion, Time::LastUpdated] {
            let at = TIMES_AT + 8 * time as usize;
            record[at..at + 8].copy_from_slice(&now);
        }
        record.extend_from_slice(&1u16.to_be_bytes());
        for text in [Some("org.geoserver.wps.WPSException"), Some(reason), None, None] {
            put_text(&mut record, text);
        }
        record.extend_from_slice(&0u16.to_be_bytes());
        record
    }

    /// Where among the strings the owner stands: it is the last.
    fn owner(&self) -> std::ops::Range<usize> {
        let mut rest = self.texts;
        for _ in 0..Text::Owner as usize {
            rest = skip_text(rest).unwrap_or_default();
        }
        let after = skip_text(rest).unwrap_or_default();
        self.texts.len() - rest.len()..self.texts.len() - after.len()
    }

    fn up_to(&self, end: usize) -> Vec<u8> {
        let mut record = Vec::with_capacity(TEXTS_AT + self.texts.len() + 64);
        record.extend_from_slice(self.head);
        record.extend_from_slice(&self.texts[..end]);
        record
    }

    fn array<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(&self.head[at..at + N]);
        array
    }
}

fn take_u16(bytes: &[u8]) -> Result<(u16, &[u8]), BadRecord> {
    let (number, rest) = bytes.split_first_chunk().ok_or(BadRecord("it ends early"))?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn take_text(bytes: &[u8]) -> Result<(Option<&str>, &[u8]), BadRecord> {
    let (length, rest) = bytes.split_first_chunk().ok_or(BadRecord("it ends early"))?;
    let length = u32::from_be_bytes(*length);
    if length == NONE {
        return Ok((None, rest));
    }
    let (text, rest) = rest.split_at_checked(length as usize).ok_or(BadRecord("a string is longer than it"))?;
    let text = std::str::from_utf8(text).map_err(|_| BadRecord("a string is not UTF-8"))?;
    Ok((Some(text), rest))
}

fn skip_text(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = u32::from_be_bytes(*length);
    if length == NONE { Some(rest) } else { rest.get(length as usize..) }
}

fn put_text(record: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => record.extend_from_slice(&NONE.to_be_bytes()),
        Some(text) => {
            record.extend_from_slice(&u32::try_from(text.len()).unwrap_or(0).to_be_bytes());
            record.extend_from_slice(text.as_bytes());
        }
    }
}

/// Builds records: for tests, the simulator and benchmarks; in production Java builds them.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "they are the record's own members")]
pub struct Draft<'a> {
    pub phase: Phase,
    pub asynchronous: bool,
    pub presumed: bool,
    pub progress: f32,
    pub times: [Option<i64>; 6],
    pub texts: [Option<&'a str>; TEXTS],
    pub exception: Option<(&'a str, &'a str)>,
}

impl<'a> Draft<'a> {
    /// A status with an id and a phase and nothing else.
    pub fn new(execution_id: &'a str, phase: Phase) -> Self {
        let mut texts = [None; TEXTS];
        texts[0] = Some(execution_id);
        Self { phase, asynchronous: true, presumed: false, progress: 0.0, times: [None; 6], texts, exception: None }
    }

    /// The record.
    pub fn encode(&self) -> Vec<u8> {
        let flags = u8::from(self.asynchronous) * FLAG_ASYNCHRONOUS + u8::from(self.presumed) * FLAG_PRESUMED;
        let mut record = vec![VERSION, self.phase as u8, flags];
        record.extend_from_slice(&self.progress.to_be_bytes());
        self.times.iter().for_each(|t| record.extend_from_slice(&t.unwrap_or(i64::MIN).to_be_bytes()));
        self.texts.iter().for_each(|t| put_text(&mut record, *t));
        record.extend_from_slice(&u16::from(self.exception.is_some()).to_be_bytes());
        if let Some((class, message)) = self.exception {
            [Some(class), Some(message), None, None].into_iter().for_each(|t| put_text(&mut record, t));
            record.extend_from_slice(&0u16.to_be_bytes());
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Vec<u8> {
        let mut draft = Draft::new("id-1", Phase::Running);
        draft.progress = 12.5;
        draft.times = [Some(1), None, Some(3), Some(4), None, Some(6)];
        draft.texts[Text::Task as usize] = Some("wörk");
        draft.texts[Text::NodeId as usize] = Some("host");
        draft.exception = Some(("java.lang.Error", "why"));
        draft.encode()
    }

    #[test]
    fn reads_what_was_written() {
        let bytes = full();
        let record = Record::parse(&bytes).unwrap();
        assert_eq!((record.phase(), record.progress(), record.execution_id()), (Phase::Running, 12.5, "id-1"));
        assert_eq!((record.time(Time::Creation), record.time(Time::Completion)), (Some(1), None));
        assert_eq!((record.text(Text::Task), record.text(Text::Owner)), (Some("wörk"), None));
        assert!(record.is_asynchronous() && !record.is_presumed());
    }

    #[test]
    fn every_cut_or_altered_record_is_an_error_or_a_whole_one() {
        let bytes = full();
        for end in 0..bytes.len() {
            assert!(Record::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut altered = bytes.clone();
                altered[at] = value;
                if let Ok(record) = Record::parse(&altered) {
                    let _ = (record.text(Text::Owner), record.with_owner("x"), record.presumed_failed("r", 1));
                }
            }
        }
    }

    #[test]
    fn an_owner_is_set_and_replaced() {
        let bytes = full();
        let owned = Record::parse(&bytes).unwrap().with_owner("abc");
        let again = Record::parse(&owned).unwrap().with_owner("longer than before");
        let record = Record::parse(&again).unwrap();
        assert_eq!(record.text(Text::Owner), Some("longer than before"));
        assert_eq!(again.len(), bytes.len() + "longer than before".len());
    }

    #[test]
    fn a_presumed_failure_keeps_all_but_the_outcome() {
        let bytes = full();
        let owned = Record::parse(&bytes).unwrap().with_owner("gone");
        let failed = Record::parse(&owned).unwrap().presumed_failed("its node is gone", 99);
        let record = Record::parse(&failed).unwrap();
        assert_eq!((record.phase(), record.is_presumed(), record.rank()), (Phase::Failed, true, 3));
        assert_eq!((record.time(Time::Completion), record.time(Time::Creation)), (Some(99), Some(1)));
        assert_eq!((record.text(Text::Owner), record.text(Text::Task)), (Some("gone"), Some("wörk")));
        assert!(failed.windows(16).any(|w| w == b"its node is gone"));
    }
}
