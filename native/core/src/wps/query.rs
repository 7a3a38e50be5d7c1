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
    // UTF-8 and UTF-16 order text alike unless surrogates are in play.
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
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

    /// Which statuses the query is about.
    pub fn filter(&self) -> &Filter<'a> {
        &self.filter
    }

    /// The page of `matching` records that the query asks for. Without an order, and among equals, they come by execution
    /// id, so that pages neither overlap nor miss one. Missing values come last.
    pub fn page<T: Clone>(&self, matching: &[T], record_of: impl for<'r> Fn(&'r T) -> Option<Record<'r>>) -> Vec<T> {
        let total = matching.len();
        let page = self.offset.min(total)..self.limit.map_or(total, |l| self.offset.saturating_add(l)).min(total);
        if page.is_empty() {
            return Vec::new();
        }
        // The first key of each is read once; the others only where the first ones are equal.
        let mut candidates: Vec<_> = matching
            .iter()
            .filter_map(|item| {
                let record = record_of(item)?;
                Some((self.sort.first().map_or(Value::Null, |(field, _)| field.of(&record)), record, item))
            })
            .collect();
        let by_keys =
            |a: &(Value<'_>, Record<'_>, &T), b: &(Value<'_>, Record<'_>, &T)| self.compare((&a.0, &a.1), (&b.0, &b.1));
        // Only the page has to be in order: all before it, and all after it, may stay as they are.
        if page.end < candidates.len() {
            candidates.select_nth_unstable_by(page.end, by_keys);
            candidates.truncate(page.end);
        }
        if page.start > 0 {
            candidates.select_nth_unstable_by(page.start, by_keys);
            candidates.drain(..page.start);
        }
        candidates.sort_unstable_by(by_keys);
        candidates.into_iter().map(|(_, _, item)| item.clone()).collect()
    }

    fn compare(&self, a: (&Value<'_>, &Record<'_>), b: (&Value<'_>, &Record<'_>)) -> Ordering {
        for (at, (field, descending)) in self.sort.iter().enumerate() {
            let order = match at {
                0 => nulls_last(a.0, b.0, *descending),
                _ => nulls_last(&field.of(a.1), &field.of(b.1), *descending),
            };
            if order.is_ne() {
                return order;
            }
        }
        a.1.execution_id().cmp(b.1.execution_id())
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
        let matching: Vec<_> =
            statuses.iter().filter(|s| query.filter().accepts(&Record::trusted(s).unwrap())).collect();
        let page = query.page(&matching, |r| Record::trusted(r));
        (matching.len(), page.iter().map(|r| Record::trusted(r).unwrap().execution_id().to_owned()).collect())
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
