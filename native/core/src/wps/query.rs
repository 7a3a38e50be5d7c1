// SPDX-License-Identifier: GPL-2.0-or-later
//! Queries over status records: the filters that the Java shim can hand over, sort order and pages.
//!
//! The form in bytes is big-endian; a filter is a tree in prefix order. See [`Filter::parse`] and [`Query::parse`].

use std::{cmp::Ordering, fmt};

use super::{
    Phase,
    record::{Record, Text, Time},
};

/// Deepest nesting of a filter: more is an error and not a stack overflow.
const MAX_DEPTH: u32 = 64;

/// What of a status a filter or a sort order can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are GeoServer's own names")]
pub enum Field {
    ExecutionId,
    ProcessName,
    Asynchronous,
    Phase,
    Progress,
    UserName,
    Time(Time),
    Task,
    NodeId,
}

impl Field {
    fn from_code(code: u8) -> Option<Field> {
        Some(match code {
            0 => Field::ExecutionId,
            1 => Field::ProcessName,
            2 => Field::Asynchronous,
            3 => Field::Phase,
            4 => Field::Progress,
            5 => Field::UserName,
            6 => Field::Time(Time::Creation),
            7 => Field::Time(Time::Completion),
            8 => Field::Time(Time::LastUpdated),
            9 => Field::Time(Time::Expiration),
            10 => Field::Time(Time::EstimatedCompletion),
            11 => Field::Time(Time::NextPoll),
            12 => Field::Task,
            13 => Field::NodeId,
            _ => return None,
        })
    }

    fn of<'a>(self, record: &Record<'a>) -> Value<'a> {
        let text = |t| record.text(t).map_or(Value::Null, |s| Value::Text(s.into()));
        match self {
            Field::ExecutionId => text(Text::ExecutionId),
            Field::ProcessName => process_name(record),
            Field::Asynchronous => Value::Bool(record.is_asynchronous()),
            Field::Phase => Value::Phase(record.phase()),
            Field::Progress => Value::Float(record.progress()),
            Field::UserName => text(Text::UserName),
            Field::Time(time) => record.time(time).map_or(Value::Null, Value::Int),
            Field::Task => text(Text::Task),
            Field::NodeId => text(Text::NodeId),
        }
    }
}

/// The name as GeoTools' `Name.getURI` has it: no namespace, no separator.
fn process_name<'a>(record: &Record<'a>) -> Value<'a> {
    match (record.text(Text::ProcessNamespace), record.text(Text::ProcessName)) {
        (_, None) => Value::Null,
        (None, Some(local)) => Value::Text(local.into()),
        (Some(namespace), Some(local)) => {
            let separator = record.text(Text::ProcessSeparator).unwrap_or_default();
            Value::Text(format!("{namespace}{separator}{local}").into())
        }
    }
}

/// A value of a field or in a filter.
#[derive(Clone, Debug, PartialEq)]
enum Value<'a> {
    Null,
    Text(std::borrow::Cow<'a, str>),
    Int(i64),
    Float(f32),
    Bool(bool),
    Phase(Phase),
}

impl Value<'_> {
    /// Where the value stands, as a number: see [`Candidate`].
    fn place(&self, descending: bool) -> i64 {
        let place = match self {
            Value::Null => i64::MAX,
            Value::Int(number) => *number,
            Value::Bool(answer) => i64::from(*answer),
            Value::Phase(phase) => *phase as i64,
            Value::Text(_) | Value::Float(_) => 0,
        };
        if descending { !place } else { place }
    }

    /// As Java orders them: strings by UTF-16 code units, floats totally, phases as declared. `None`: not comparable.
    fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        Some(match (self, other) {
            (Value::Text(a), Value::Text(b)) => utf16_order(a, b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Phase(a), Value::Phase(b)) => a.cmp(b),
            _ => return None,
        })
    }
}

fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    // UTF-8 orders as UTF-16 does, but for U+E000 to U+FFFF (first byte EE or EF): in UTF-16 they come after all others.
    let last = |byte: u8| if matches!(byte, 0xEE | 0xEF) { byte + 0x10 } else { byte };
    a.bytes().map(last).cmp(b.bytes().map(last))
}

/// Bytes that are not a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadQuery(&'static str);

impl fmt::Display for BadQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a status query: {}", self.0)
    }
}

impl std::error::Error for BadQuery {}

/// Which statuses are meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter<'a>(Node<'a>);

#[derive(Clone, Debug, PartialEq)]
enum Node<'a> {
    Always(bool),
    All(Vec<Node<'a>>),
    Any(Vec<Node<'a>>),
    Not(Box<Node<'a>>),
    IsNull(Field),
    Compare(Field, Comparison, Value<'a>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl<'a> Filter<'a> {
    /// Reads a filter: a node is `u8` operation and its operands: 0 true; 1 false; 2 and, 3 or: `u16` n and n nodes; 4 not:
    /// a node; 5 is null: `u8` field; 6 compare: `u8` field, `u8` comparison (= <> < <= > >=), `u8` type of the value
    /// (0 string, 1 `i64`, 2 `f32`, 3 boolean, 4 phase), the value.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadQuery> {
        let mut reader = Reader(bytes);
        let filter = Filter(reader.node(0)?);
        if reader.0.is_empty() { Ok(filter) } else { Err(BadQuery("bytes follow its end")) }
    }

    /// Whether the status is one of those that are meant. A comparison with a value that is missing, or of another type,
    /// is false; "not equal" too.
    pub fn accepts(&self, record: &Record<'_>) -> bool {
        self.0.accepts(record)
    }

    /// False only if no status in this phase is meant.
    pub fn may_accept(&self, phase: Phase) -> bool {
        self.0.may_accept(phase)
    }
}

impl Node<'_> {
    fn accepts(&self, record: &Record<'_>) -> bool {
        match self {
            Node::Always(answer) => *answer,
            Node::All(nodes) => nodes.iter().all(|n| n.accepts(record)),
            Node::Any(nodes) => nodes.iter().any(|n| n.accepts(record)),
            Node::Not(node) => !node.accepts(record),
            Node::IsNull(field) => field.of(record) == Value::Null,
            Node::Compare(field, comparison, value) => {
                field.of(record).compare(value).is_some_and(|order| comparison.accepts(order))
            }
        }
    }
}

impl Node<'_> {
    fn may_accept(&self, phase: Phase) -> bool {
        match self {
            Node::Always(answer) => *answer,
            Node::All(nodes) => nodes.iter().all(|n| n.may_accept(phase)),
            Node::Any(nodes) => nodes.iter().any(|n| n.may_accept(phase)),
            Node::Compare(Field::Phase, comparison, value) => {
                Value::Phase(phase).compare(value).is_some_and(|order| comparison.accepts(order))
            }
            Node::Not(_) | Node::IsNull(_) | Node::Compare(..) => true,
        }
    }
}

/// A filter, an order and a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Query<'a> {
    filter: Filter<'a>,
    sort: Vec<(Field, bool)>,
    offset: usize,
    limit: Option<usize>,
}

impl<'a> Query<'a> {
    /// Reads a query: a filter; `u8` number of sort keys, each `u8` field and `u8` descending; `i64` number of results to
    /// leave out; `i64` most results, -1 for all.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, BadQuery> {
        let mut reader = Reader(bytes);
        let filter = Filter(reader.node(0)?);
        let keys = reader.byte()?;
        let sort = (0..keys).map(|_| Ok((reader.field()?, reader.byte()? != 0))).collect::<Result<_, _>>()?;
        let offset = usize::try_from(reader.long()?).unwrap_or(0);
        let limit = usize::try_from(reader.long()?).ok();
        if reader.0.is_empty() {
            Ok(Self { filter, sort, offset, limit })
        } else {
            Err(BadQuery("bytes follow its end"))
        }
    }

    /// See [`Filter::may_accept`].
    pub fn may_accept(&self, phase: Phase) -> bool {
        self.filter.may_accept(phase)
    }

    /// How many of these records are meant, and what belongs to those on the page that is asked for. Pages without an order,
    /// and equals, come by execution id, so that pages neither overlap nor miss one. Missing values come last. All of them
    /// without an order come as they are.
    pub fn run<'r, T>(&self, records: impl Iterator<Item = (Record<'r>, T)>) -> (usize, Vec<T>) {
        if self.sort.is_empty() && self.offset == 0 && self.limit.is_none() {
            let all: Vec<T> = records.filter(|(r, _)| self.filter.accepts(r)).map(|(_, item)| item).collect();
            return (all.len(), all);
        }
        let (key, descending) = self.sort.first().copied().unwrap_or((Field::ExecutionId, false));
        let order = |a: &Candidate<'r, T>, b: &Candidate<'r, T>| self.compare(a, b);
        let mut total = 0;
        let mut first = First::new(self.limit.map_or(usize::MAX, |limit| self.offset.saturating_add(limit)));
        for (record, item) in records {
            if self.filter.accepts(&record) {
                total += 1;
                let key = key.of(&record);
                first.offer(Candidate { place: key.place(descending), key, record, item }, order);
            }
        }
        // Only the page has to be in order: all before it may stay as they are.
        let mut page = first.take(order);
        if self.offset >= page.len() {
            return (total, Vec::new());
        }
        if self.offset > 0 {
            page.select_nth_unstable_by(self.offset, order);
            page.drain(..self.offset);
        }
        page.sort_unstable_by(order);
        (total, page.into_iter().map(|candidate| candidate.item).collect())
    }

    fn compare<T>(&self, a: &Candidate<'_, T>, b: &Candidate<'_, T>) -> Ordering {
        match a.place.cmp(&b.place) {
            Ordering::Equal => self.compare_all(a, b),
            order => order,
        }
    }

    fn compare_all<T>(&self, a: &Candidate<'_, T>, b: &Candidate<'_, T>) -> Ordering {
        for (at, (field, descending)) in self.sort.iter().enumerate() {
            let order = match at {
                0 => nulls_last(&a.key, &b.key, *descending),
                _ => nulls_last(&field.of(&a.record), &field.of(&b.record), *descending),
            };
            if order.is_ne() {
                return order;
            }
        }
        match (&self.sort[..], &a.key, &b.key) {
            ([], Value::Text(a), Value::Text(b)) => utf16_order(a, b),
            _ => utf16_order(a.record.execution_id(), b.record.execution_id()),
        }
    }
}

/// A record that may be on the page, with the key that is asked for most: the others are read only where it is equal.
struct Candidate<'r, T> {
    /// A number that is smaller only for what comes earlier: most comparisons need no more.
    place: i64,
    key: Value<'r>,
    record: Record<'r>,
    item: T,
}

/// The first `count` items in an order, themselves in none. What comes after the last of them is not kept: so few of many
/// are found with hardly more than one comparison each.
struct First<T> {
    count: usize,
    /// Cut down to `count` whenever it has twice as many; then the last of them stands at its place.
    kept: Vec<T>,
    cut: bool,
}

impl<T> First<T> {
    fn new(count: usize) -> Self {
        Self { count, kept: Vec::new(), cut: false }
    }

    fn offer(&mut self, item: T, order: impl Fn(&T, &T) -> Ordering) {
        if self.count == 0 || self.cut && order(&self.kept[self.count - 1], &item).is_le() {
            return;
        }
        self.kept.push(item);
        if self.kept.len() == self.count.saturating_mul(2) {
            self.cut(order);
        }
    }

    fn cut(&mut self, order: impl Fn(&T, &T) -> Ordering) {
        self.kept.select_nth_unstable_by(self.count - 1, order);
        self.kept.truncate(self.count);
        self.cut = true;
    }

    fn take(mut self, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
        if self.kept.len() > self.count {
            self.cut(order);
        }
        self.kept
    }
}

fn nulls_last(a: &Value<'_>, b: &Value<'_>, descending: bool) -> Ordering {
    let order = match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        _ => a.compare(b).unwrap_or(Ordering::Equal),
    };
    if descending { order.reverse() } else { order }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], BadQuery> {
        let (head, rest) = self.0.split_first_chunk().ok_or(BadQuery("it ends early"))?;
        self.0 = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, BadQuery> {
        self.take::<1>().map(|[b]| b)
    }

    fn long(&mut self) -> Result<i64, BadQuery> {
        self.take().map(i64::from_be_bytes)
    }

    fn field(&mut self) -> Result<Field, BadQuery> {
        Field::from_code(self.byte()?).ok_or(BadQuery("its field is unknown"))
    }

    fn text(&mut self) -> Result<&'a str, BadQuery> {
        let length = u32::from_be_bytes(self.take()?) as usize;
        let (text, rest) = self.0.split_at_checked(length).ok_or(BadQuery("a string is longer than it"))?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| BadQuery("a string is not UTF-8"))
    }

    fn node(&mut self, depth: u32) -> Result<Node<'a>, BadQuery> {
        if depth > MAX_DEPTH {
            return Err(BadQuery("it is nested too deeply"));
        }
        Ok(match self.byte()? {
            0 => Node::Always(true),
            1 => Node::Always(false),
            2 => Node::All(self.nodes(depth)?),
            3 => Node::Any(self.nodes(depth)?),
            4 => Node::Not(Box::new(self.node(depth + 1)?)),
            5 => Node::IsNull(self.field()?),
            6 => Node::Compare(self.field()?, self.comparison()?, self.value()?),
            _ => return Err(BadQuery("its operation is unknown")),
        })
    }

    fn nodes(&mut self, depth: u32) -> Result<Vec<Node<'a>>, BadQuery> {
        (0..u16::from_be_bytes(self.take()?)).map(|_| self.node(depth + 1)).collect()
    }

    fn comparison(&mut self) -> Result<Comparison, BadQuery> {
        Ok(match self.byte()? {
            0 => Comparison::Equal,
            1 => Comparison::NotEqual,
            2 => Comparison::Less,
            3 => Comparison::LessOrEqual,
            4 => Comparison::Greater,
            5 => Comparison::GreaterOrEqual,
            _ => return Err(BadQuery("its comparison is unknown")),
        })
    }

    fn value(&mut self) -> Result<Value<'a>, BadQuery> {
        Ok(match self.byte()? {
            0 => Value::Text(self.text()?.into()),
            1 => Value::Int(self.long()?),
            2 => Value::Float(f32::from_be_bytes(self.take()?)),
            3 => Value::Bool(self.byte()? != 0),
            4 => Value::Phase(Phase::from_code(self.byte()?).ok_or(BadQuery("its phase is unknown"))?),
            _ => return Err(BadQuery("the type of a value is unknown")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wps::record::Draft;

    /// Ten statuses: ids s0…s9, created at 100, 99…, every third one running, every second one without a user.
    fn statuses() -> Vec<Vec<u8>> {
        (0..10)
            .map(|i| {
                let id = format!("s{i}");
                let mut draft = Draft::new(&id, if i % 3 == 0 { Phase::Running } else { Phase::Queued });
                draft.times[0] = Some(100 - i);
                draft.texts[Text::UserName as usize] = (i % 2 == 0).then_some("ann");
                draft.encode()
            })
            .collect()
    }

    fn run(query: &[u8]) -> (usize, Vec<String>) {
        let statuses = statuses();
        let query = Query::parse(query).unwrap();
        query.run(statuses.iter().map(|s| {
            let record = Record::trusted(s).unwrap();
            (record, record.execution_id().to_owned())
        }))
    }

    fn query(filter: &[u8], sort: &[u8], offset: i64, limit: i64) -> Vec<u8> {
        let keys = u8::try_from(sort.len() / 2).unwrap();
        [filter, &[keys], sort, &offset.to_be_bytes(), &limit.to_be_bytes()].concat()
    }

    const RUNNING: &[u8] = &[6, 3, 0, 4, 1];

    #[test]
    fn filters_sorts_and_pages() {
        assert_eq!(run(&query(RUNNING, &[], 0, -1)), (4, ["s0", "s3", "s6", "s9"].map(String::from).to_vec()));
        assert_eq!(run(&query(&[0], &[6, 0], 1, 2)), (10, ["s8", "s7"].map(String::from).to_vec()));
        assert_eq!(run(&query(&[0], &[5, 0, 6, 1], 0, 3)).1, ["s0", "s2", "s4"]);
        assert_eq!(run(&query(&[5, 5], &[6, 0], 0, 1)), (5, vec!["s9".into()]));
        assert_eq!(run(&query(&[0], &[], 10, 5)), (10, vec![]));
        assert_eq!(run(&query(&[0], &[], 0, 0)), (10, vec![]));
    }

    #[test]
    fn every_page_size_gives_all_of_them_once_and_in_order() {
        let all = run(&query(&[0], &[5, 1, 6, 0], 0, -1)).1;
        for size in 1..12 {
            let pages = (0..12).flat_map(|page| run(&query(&[0], &[5, 1, 6, 0], page * size, size)).1);
            assert_eq!(pages.collect::<Vec<_>>(), all);
        }
    }

    #[test]
    fn logic_nests() {
        let not_running = [&[4][..], RUNNING].concat();
        let early = [&[6, 6, 4, 1][..], &95i64.to_be_bytes()].concat();
        let both = [&[2, 0, 2][..], &not_running, &early].concat();
        assert_eq!(run(&query(&both, &[], 0, -1)).1, ["s1", "s2", "s4"]);
        let either = [&[3, 0, 2][..], RUNNING, &[5, 5]].concat();
        assert_eq!(run(&query(&either, &[], 0, -1)).0, 7);
    }

    #[test]
    fn a_phase_is_left_out_only_if_nothing_in_it_is_meant() {
        let accepted = |filter: &[u8]| {
            let filter = Filter::parse(filter).unwrap();
            Phase::ALL.into_iter().filter(|p| filter.may_accept(*p)).collect::<Vec<_>>()
        };
        let text = [6, 5, 0, 0, 0, 0, 0, 1, b'x'];
        assert_eq!(accepted(RUNNING), [Phase::Running]);
        assert_eq!(accepted(&[&[2, 0, 2][..], RUNNING, &text].concat()), [Phase::Running]);
        assert_eq!(accepted(&[&[3, 0, 2][..], RUNNING, &text].concat()), Phase::ALL);
        assert_eq!(accepted(&[&[4][..], RUNNING].concat()), Phase::ALL);
        assert_eq!(accepted(&[3, 0, 0]), []);
    }

    #[test]
    fn nonsense_is_an_error() {
        let deep = [vec![4; 1000], vec![0]].concat();
        for bad in [&[][..], &[9], &[2, 0, 3, 0], &[6, 99, 0, 0], &[6, 0, 0, 0, 0, 0, 0, 9, 1], &deep, &[0, 0]] {
            assert!(Filter::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Query::parse(&[0, 0]).is_err());
    }

    #[test]
    fn text_is_ordered_as_java_orders_it() {
        // U+FF5E is one code unit above the surrogates of U+1F600, and comes before it in UTF-8.
        assert_eq!(utf16_order("\u{ff5e}", "\u{1f600}"), Ordering::Greater);
        assert_eq!(utf16_order("a", "b"), Ordering::Less);
    }
}
