// SPDX-License-Identifier: GPL-2.0-or-later
//! AWS Signature Version 4 for a POST to `/`, the one request that discovery signs.
//!
//! Source: "Create a signed AWS API request" in AWS's IAM user guide; the tests are of AWS's own test suite.

use std::fmt::Write as _;
use std::time::SystemTime;

use gs_cluster_config::Secret;
use ring::{digest, hmac};
use time::OffsetDateTime;

/// What a request is signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) access_key: String,
    pub(super) secret_key: Secret,
    /// Of a role, whose keys are temporary.
    pub(super) token: Option<Secret>,
}

/// The headers that a signed request carries beside `host` and `content-type`.
pub(super) fn sign(
    credentials: &Credentials,
    (region, service): (&str, &str),
    host: &str,
    content_type: Option<&str>,
    body: &[u8],
    now: SystemTime,
) -> Vec<(&'static str, String)> {
    let now = OffsetDateTime::from(now);
    let day = format!("{:04}{:02}{:02}", now.year(), u8::from(now.month()), now.day());
    let date = format!("{day}T{:02}{:02}{:02}Z", now.hour(), now.minute(), now.second());

    let token = credentials.token.as_ref().map(Secret::expose);
    // In the order of their names, as the canonical request wants them.
    let headers = [
        ("content-type", content_type),
        ("host", Some(host)),
        ("x-amz-date", Some(&*date)),
        ("x-amz-security-token", token),
    ];
    let headers: Vec<(&str, &str)> = headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let request = format!("POST\n/\n\n{lines}\n{names}\n{}", sha256(body));

    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", sha256(request.as_bytes()));
    let mut key = format!("AWS4{}", credentials.secret_key.expose()).into_bytes();
    for part in [&day, region, service, "aws4_request"] {
        key = hmac_sha256(&key, part).as_ref().to_vec();
    }
    let signature = hex(hmac_sha256(&key, &text).as_ref());
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
        credentials.access_key
    );
    let mut result = vec![("x-amz-date", date.clone()), ("authorization", authorization)];
    result.extend(token.map(|token| ("x-amz-security-token", token.to_owned())));
    result
}

fn hmac_sha256(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Signature of a POST of AWS's test suite (aws-sig-v4-test-suite), whose requests are all made at 2015-08-30
    /// 12:36:00 UTC.
    fn signature(token: Option<&str>, content_type: Option<&str>, body: &str) -> String {
        let credentials = Credentials {
            access_key: "AKIDEXAMPLE".into(),
            secret_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            token: token.map(Secret::new),
        };
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
        let scope = ("us-east-1", "service");
        let headers = sign(&credentials, scope, "example.amazonaws.com", content_type, body.as_bytes(), now);
        assert_eq!(headers[0], ("x-amz-date", "20150830T123600Z".to_owned()));
        headers[1].1.clone()
    }

    #[test]
    fn post_vanilla() {
        assert_eq!(
            signature(None, None, ""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
    }

    #[test]
    fn post_x_www_form_urlencoded() {
        assert_eq!(
            signature(None, Some("application/x-www-form-urlencoded"), "Param1=value1"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
    }

    #[test]
    fn post_sts_header_before() {
        let token = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoI\
                     YRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSX\
                     Dvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8f\
                     POLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";
        assert_eq!(
            signature(Some(token), None, ""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token, \
             Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
        );
    }
}
