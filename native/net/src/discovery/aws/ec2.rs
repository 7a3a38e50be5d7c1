// SPDX-License-Identifier: GPL-2.0-or-later
//! EC2's Query API: `DescribeInstances`, as a form in and XML out (API version 2016-11-15).

use std::fmt::Write as _;
use std::net::IpAddr;

use gs_cluster_config::{Aws, AwsTag};
use quick_xml::Reader;
use quick_xml::events::Event;

/// The filters of the configuration, and that an instance runs.
pub(super) fn filters(config: &Aws) -> Vec<(String, String)> {
    let tag = |tag: &AwsTag| match (tag.key.clone(), tag.value.clone()) {
        (Some(key), Some(value)) => Some((format!("tag:{key}"), value)),
        (Some(key), None) => Some(("tag-key".to_owned(), key)),
        (None, Some(value)) => Some(("tag-value".to_owned(), value)),
        (None, None) => None,
    };
    let running = ("instance-state-name".to_owned(), "running".to_owned());
    let group = config.security_group.clone().map(|group| ("instance.group-name".to_owned(), group));
    config.tags.iter().filter_map(tag).chain(group).chain([running]).collect()
}

/// The body of the request for one page.
pub(super) fn form(filters: &[(String, String)], page_size: u16, next: Option<&str>) -> String {
    let mut form = format!("Action=DescribeInstances&Version=2016-11-15&MaxResults={page_size}");
    for (n, (name, value)) in filters.iter().enumerate() {
        let (n, name, value) = (n + 1, encoded(name), encoded(value));
        // Writing to a String cannot fail.
        let _ = write!(form, "&Filter.{n}.Name={name}&Filter.{n}.Value.1={value}");
    }
    if let Some(next) = next {
        let _ = write!(form, "&NextToken={}", encoded(next));
    }
    form
}

/// Percent-encodes all but RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut result, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            result.push(char::from(byte));
        } else {
            let _ = write!(result, "%{byte:02X}");
        }
        result
    })
}

/// A page of `DescribeInstances`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) addresses: Vec<IpAddr>,
    pub(super) next: Option<String>,
}

/// Reads a page. The error says where the answer is not what it should be.
pub(super) fn page(xml: &[u8], public: bool) -> Result<Page, String> {
    let mut page = Page::default();
    let mut answered = false;
    let wanted = if public { "ipAddress" } else { "privateIpAddress" };
    texts(xml, |path, text| {
        answered = true;
        match path {
            ["DescribeInstancesResponse", "reservationSet", "item", "instancesSet", "item", name]
                if *name == wanted =>
            {
                page.addresses.extend(text.parse::<IpAddr>());
            }
            ["DescribeInstancesResponse", "nextToken"] if !text.is_empty() => page.next = Some(text.to_owned()),
            _ => {}
        }
    })?;
    if answered { Ok(page) } else { Err("an empty document".to_owned()) }
}

/// Code and message of an error; `None` if the answer is none of AWS's.
pub(super) fn error(xml: &[u8]) -> Option<(String, String)> {
    let (mut code, mut message) = (None, String::new());
    let read = texts(xml, |path, text| match path {
        [.., "Error", "Code"] => code = Some(text.to_owned()),
        [.., "Error", "Message"] => text.clone_into(&mut message),
        _ => {}
    });
    read.ok().and(code).map(|code| (code, message))
}

/// Calls `each` with every text and the names of the elements it is in, from the root.
fn texts(xml: &[u8], mut each: impl FnMut(&[&str], &str)) -> Result<(), String> {
    let xml = std::str::from_utf8(xml).map_err(|_| "not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(xml);
    let (mut path, mut text) = (Vec::<String>::new(), String::new());
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(start) => {
                path.push(start.local_name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &*entity);
                text.push_str(&quick_xml::escape::unescape(&entity).map_err(|e| e.to_string())?);
            }
            Event::End(_) => {
                let names: Vec<&str> = path.iter().map(String::as_str).collect();
                each(&names, text.trim());
                path.pop();
                text.clear();
            }
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => return Err("the document breaks off".to_owned()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gs_cluster_config::Source;

    use super::*;

    const ANSWER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>8f7724cf</requestId>
  <reservationSet>
    <item><reservationId>r-1</reservationId><instancesSet>
      <item><instanceId>i-1</instanceId><privateIpAddress>10.0.0.1</privateIpAddress><ipAddress>203.0.113.1</ipAddress>
        <networkInterfaceSet><item><privateIpAddress>10.0.0.99</privateIpAddress></item></networkInterfaceSet></item>
      <item><instanceId>i-2</instanceId><privateIpAddress>10.0.0.2</privateIpAddress></item>
    </instancesSet></item>
    <item><instancesSet><item><instanceId>i-3</instanceId><privateIpAddress/></item></instancesSet></item>
  </reservationSet>
  <nextToken>a&amp;b=</nextToken>
</DescribeInstancesResponse>"#;

    #[test]
    fn addresses_are_those_of_the_instances() {
        let addresses = |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
        let private = page(ANSWER.as_bytes(), false).unwrap();
        assert_eq!(private.addresses, addresses(&["10.0.0.1", "10.0.0.2"]));
        assert_eq!(private.next.as_deref(), Some("a&b="));
        assert_eq!(page(ANSWER.as_bytes(), true).unwrap().addresses, addresses(&["203.0.113.1"]));
    }

    #[test]
    fn broken_answers_are_errors() {
        for xml in ["", "<DescribeInstancesResponse><reservationSet>", "<a></b>", "not XML", "<a>&unknown;</a>"] {
            assert!(page(xml.as_bytes(), false).is_err(), "{xml}");
        }
        assert!(page(&[0xff, 0xfe], false).is_err());
    }

    #[test]
    fn errors_have_code_and_message() {
        let xml = "<Response><Errors><Error><Code>AuthFailure</Code><Message>not &lt;able&gt;</Message></Error></Errors>\
                   <RequestID>1</RequestID></Response>";
        assert_eq!(error(xml.as_bytes()), Some(("AuthFailure".into(), "not <able>".into())));
        assert_eq!(error(ANSWER.as_bytes()), None);
        assert_eq!(error(b"<html><body>Bad gateway"), None);
    }

    #[test]
    fn the_form_has_filters_as_hazelcast_has_them() {
        let tag =
            |key: Option<&str>, value: Option<&str>| AwsTag { key: key.map(Into::into), value: value.map(Into::into) };
        let config = Aws {
            access_key: None,
            secret_key: None,
            region: None,
            iam_role: None,
            host_header: None,
            security_group: Some("web servers".into()),
            tags: vec![tag(Some("aws:app"), Some("gs & co")), tag(Some("only"), None), tag(None, Some("prod"))],
            ports: 5701..=5703,
            use_public_ip: false,
            connection_timeout: Duration::from_secs(1),
            read_timeout: Duration::from_secs(1),
            connection_retries: 0,
            source: Source::Default,
        };
        assert_eq!(
            form(&filters(&config), 1000, Some("a&b=")),
            "Action=DescribeInstances&Version=2016-11-15&MaxResults=1000\
             &Filter.1.Name=tag%3Aaws%3Aapp&Filter.1.Value.1=gs%20%26%20co\
             &Filter.2.Name=tag-key&Filter.2.Value.1=only\
             &Filter.3.Name=tag-value&Filter.3.Value.1=prod\
             &Filter.4.Name=instance.group-name&Filter.4.Value.1=web%20servers\
             &Filter.5.Name=instance-state-name&Filter.5.Value.1=running\
             &NextToken=a%26b%3D"
        );
    }
}
