// SPDX-License-Identifier: GPL-2.0-or-later
//! What can go wrong between us and the list of instances, each with what to check. No sentence holds a key.

use super::super::outlet::Trouble;
use super::http::Failure;

/// Longest part of AWS's own message that is repeated: enough for all but the encoded ones.
const MAX_MESSAGE: usize = 200;

/// Why the instances are not known.
#[derive(Debug)]
pub(super) enum Fault {
    /// The metadata service does not answer.
    NoMetadata,
    /// It does not know the region.
    NoRegion,
    /// The instance has no role.
    NoRole,
    /// The instance has another role than `iam-role` says.
    WrongRole { wanted: String, own: Option<String> },
    /// HTTPS is impossible: the host has no certificate authorities.
    NoRoots,
    /// The endpoint gave no answer.
    Endpoint { host: String, failure: Failure },
    /// AWS refused, with its own code and message.
    Refused { status: u16, code: String, message: String },
    /// An answer that is not AWS's.
    Strange { host: String, status: u16, what: String },
}

impl Fault {
    /// True if the same call may succeed a moment later.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Fault::Endpoint { failure, .. } => !matches!(failure, Failure::Tls(_)),
            Fault::Refused { status, code, .. } => {
                *status >= 500 || code.contains("LimitExceeded") || code == "Throttling"
            }
            Fault::Strange { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Says it. `region` is the one that was asked.
    pub(super) fn say(&self, region: Option<&str>, trouble: &mut Trouble) {
        let region = region.unwrap_or("of this instance");
        let text = match self {
            Fault::NoMetadata => "The instance metadata service does not answer, which has to give the region or the \
                                  keys. Outside EC2, set <region>, <access-key> and <secret-key>. In a container on \
                                  EC2, allow it two hops: aws ec2 modify-instance-metadata-options \
                                  --http-put-response-hop-limit 2 --http-endpoint enabled."
                .to_owned(),
            Fault::NoRegion => "The instance metadata service does not know the region. Set <region>.".to_owned(),
            Fault::NoRole => "This instance has no IAM role, and no <access-key> is set. Attach a role that allows \
                              ec2:DescribeInstances, or set <access-key> and <secret-key>."
                .to_owned(),
            Fault::WrongRole { wanted, own: Some(own) } if own != wanted => {
                format!(
                    "This instance has the IAM role \"{own}\", not \"{wanted}\". Correct <iam-role>, or leave it out."
                )
            }
            Fault::WrongRole { wanted, .. } => format!(
                "The instance metadata service has no keys for the IAM role \"{wanted}\". Check <iam-role>, and that \
                 the role can be assumed by EC2."
            ),
            Fault::NoRoots => "This host has no certificate authorities, so AWS cannot be told from an impostor. \
                               Install the package ca-certificates, or set SSL_CERT_FILE."
                .to_owned(),
            Fault::Endpoint { host, failure: Failure::Unresolved(e) } => format!(
                "The AWS endpoint {host} is not known here ({e}). Check <region> (now {region}), <host-header> and DNS."
            ),
            Fault::Endpoint { host, failure: Failure::Tls(e) } => format!(
                "The AWS endpoint {host} cannot be trusted ({e}). Check <host-header>, and the certificate authorities \
                 of this host if a proxy inspects HTTPS."
            ),
            Fault::Endpoint { host, failure } => format!(
                "The AWS endpoint {host} does not answer ({}). Check that this host may reach it on port 443: a NAT \
                 gateway, a VPC endpoint for EC2, a firewall.",
                match failure {
                    Failure::Unreachable(why) => why,
                    _ => "nothing came in time",
                }
            ),
            Fault::Refused { code, message, .. } => {
                let message = message.lines().next().unwrap_or_default().chars().take(MAX_MESSAGE).collect::<String>();
                let message = message.trim_end_matches('.');
                format!("AWS says {code}: {message}. {}", advice(code, region))
            }
            Fault::Strange { host, status, what } => format!(
                "{host} answers with HTTP status {status}, and not as AWS does ({what}). Check <host-header>, and \
                 whether a proxy is in between."
            ),
        };
        match self {
            Fault::Refused { .. } | Fault::NoRole | Fault::WrongRole { .. } | Fault::NoRoots | Fault::NoRegion
                if !self.is_passing() =>
            {
                trouble.fatal(&text);
            }
            _ => trouble.passing(&text),
        }
    }
}

/// What to check for one of AWS's error codes.
fn advice(code: &str, region: &str) -> String {
    match code {
        "AuthFailure"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "InvalidSecurity"
        | "MissingAuthenticationToken" => {
            format!(
                "Check <access-key> and <secret-key> (whole, and active), the clock of this host, and that the region \
                 {region} is enabled for the account."
            )
        }
        "SignatureDoesNotMatch" | "IncompleteSignature" => {
            "Check <secret-key> (whole, without blanks) and the clock of this host.".to_owned()
        }
        "RequestExpired" | "ExpiredToken" | "ExpiredTokenException" => "Check the clock of this host.".to_owned(),
        "UnauthorizedOperation" | "AccessDenied" => {
            "Allow ec2:DescribeInstances in a policy of this user or role.".to_owned()
        }
        "OptInRequired" | "Blocked" | "PendingVerification" => {
            format!("Check that EC2 and the region {region} are enabled for this account.")
        }
        _ if code.starts_with("InvalidParameter") => {
            "Check <tag-key>, <tag-value> and <security-group-name>.".to_owned()
        }
        _ => "It is tried again.".to_owned(),
    }
}
