// SPDX-License-Identifier: GPL-2.0-or-later
//! Against a small HTTP server that plays EC2 and the metadata service, and against moto (see `moto`).

mod moto;
mod stub;

use std::time::Duration;

use gs_cluster_config::{Aws, AwsTag, Secret, Source};

use super::super::Discovered;
use super::super::outlet::Trouble;
use super::super::tests::{Node, line, nowhere, unknown_name};
use super::http::Origin;
use super::{Fault, Finder, endpoint};
use stub::Stub;

const SECRET: &str = "the+secret/key";

/// The role's keys come from the metadata service.
fn with_role(stub: &Stub) -> Aws {
    Aws {
        access_key: None,
        secret_key: None,
        region: None,
        iam_role: None,
        host_header: Some(stub.origin.clone()),
        security_group: None,
        tags: vec![AwsTag { key: Some("cluster".into()), value: Some("geoserver".into()) }],
        ports: 5701..=5701,
        use_public_ip: false,
        connection_timeout: Duration::from_secs(20),
        read_timeout: Duration::from_secs(20),
        connection_retries: 0,
        source: Source::Default,
    }
}

fn with_keys(stub: &Stub) -> Aws {
    Aws {
        access_key: Some("AKID".into()),
        secret_key: Some(Secret::new(SECRET)),
        region: Some("eu-west-1".into()),
        ..with_role(stub)
    }
}

fn finder(config: Aws, stub: &Stub) -> Finder {
    let mut finder = Finder::new(config);
    finder.metadata = Origin::parse(&stub.origin);
    finder
}

/// The sentence for a fault, as the administrator reads it.
fn said(fault: &Fault) -> String {
    let mut trouble = Trouble::default();
    fault.say(Some("eu-west-1"), &mut trouble);
    let text = format!("{trouble:?}");
    assert!(!text.contains(SECRET) && !text.contains("role-secret"), "a secret is said: {text}");
    text
}

fn instances(ips: &[&str], next: &str) -> String {
    let items: String =
        ips.iter().map(|ip| format!("<item><privateIpAddress>{ip}</privateIpAddress></item>")).collect();
    format!(
        "<DescribeInstancesResponse><reservationSet><item><instancesSet>{items}</instancesSet></item></reservationSet>\
         <nextToken>{next}</nextToken></DescribeInstancesResponse>"
    )
}

fn error(code: &str) -> String {
    format!("<Response><Errors><Error><Code>{code}</Code><Message>no.</Message></Error></Errors></Response>")
}

/// What the metadata service of an instance with the role `gs` says.
fn metadata(path: &str) -> Option<(u16, String)> {
    let keys = r#"{"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"role-secret","Token":"role-token"}"#;
    match path {
        "/latest/api/token" => Some((200, "session".into())),
        "/latest/meta-data/placement/region" => Some((200, "eu-north-1\n".into())),
        "/latest/meta-data/iam/security-credentials/" => Some((200, "gs\n".into())),
        "/latest/meta-data/iam/security-credentials/gs" => Some((200, keys.into())),
        path if path.starts_with("/latest/") => Some((404, String::new())),
        _ => None,
    }
}

#[tokio::test]
async fn the_role_of_the_instance_signs() {
    let stub = Stub::start(|seen, _| metadata(&seen.path).unwrap_or((200, instances(&["10.0.0.1"], "")))).await;
    let mut finder = finder(with_role(&stub), &stub);
    assert_eq!(finder.find().await.unwrap().len(), 1);
    let seen = stub.seen();
    assert!(
        seen.iter().filter(|r| r.method == "PUT").all(|r| r.header("x-aws-ec2-metadata-token-ttl-seconds").is_some())
    );
    assert!(seen.iter().filter(|r| r.method == "GET").all(|r| r.header("x-aws-ec2-metadata-token") == Some("session")));
    let [asked] = &seen.iter().filter(|r| r.method == "POST").collect::<Vec<_>>()[..] else { panic!("{seen:#?}") };
    assert_eq!(asked.header("x-amz-security-token"), Some("role-token"));
    let authorization = asked.header("authorization").unwrap();
    assert!(
        authorization.contains("Credential=ASIA/") && authorization.contains("/eu-north-1/ec2/"),
        "{authorization}"
    );
    assert!(asked.body.contains("Filter.1.Name=tag%3Acluster&Filter.1.Value.1=geoserver"), "{}", asked.body);
}

#[tokio::test]
async fn all_pages_are_read() {
    let stub = Stub::start(|seen, _| {
        let next = |token: &str| seen.body.contains(&format!("NextToken={token}"));
        match (next("p%262"), next("p3")) {
            (false, false) => (200, instances(&["10.0.0.1", "10.0.0.2"], "p&amp;2")),
            (true, _) => (200, instances(&["10.0.0.3"], "p3")),
            _ => (200, instances(&["10.0.0.4"], "")),
        }
    })
    .await;
    assert_eq!(finder(with_keys(&stub), &stub).find().await.unwrap().len(), 4);
    assert_eq!(stub.seen().len(), 3);
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_and_a_refusal_is_not() {
    let stub = Stub::start(|_, n| match n {
        0 => (503, error("RequestLimitExceeded")),
        1 => (502, "<html><body>Bad gateway</body></html>".into()),
        _ => (200, instances(&["10.0.0.1"], "")),
    })
    .await;
    let mut config = with_keys(&stub);
    config.connection_retries = 2;
    assert_eq!(finder(config.clone(), &stub).find().await.unwrap().len(), 1);

    let stub = Stub::start(|_, _| (401, error("AuthFailure"))).await;
    config.host_header = Some(stub.origin.clone());
    let text = said(&finder(config, &stub).find().await.unwrap_err());
    assert!(text.contains("AuthFailure") && text.contains("access-key") && text.contains("fatal: true"), "{text}");
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test]
async fn each_failure_says_what_to_check() {
    for (status, answer, part, fatal) in [
        (403, error("SignatureDoesNotMatch"), "secret-key", true),
        (403, error("UnauthorizedOperation"), "ec2:DescribeInstances", true),
        (400, error("RequestExpired"), "clock", true),
        (401, error("OptInRequired"), "enabled for this account", true),
        (400, error("InvalidParameterValue"), "tag-key", true),
        (503, error("Unavailable"), "tried again", false),
        (200, "<html>".into(), "breaks off", false),
        (404, "nothing here".into(), "status 404", false),
    ] {
        let stub = Stub::start(move |_, _| (status, answer.clone())).await;
        let text = said(&finder(with_keys(&stub), &stub).find().await.unwrap_err());
        assert!(text.contains(part) && text.contains(&format!("fatal: {fatal}")), "{text}");
    }
}

#[tokio::test]
async fn what_the_instance_lacks_is_said() {
    let bare = |seen: &stub::Seen, _| match &*seen.path {
        "/latest/api/token" => (200, "session".into()),
        _ => (404, String::new()),
    };
    let stub = Stub::start(bare).await;
    assert!(said(&finder(with_role(&stub), &stub).find().await.unwrap_err()).contains("Set <region>"));
    let mut config = with_role(&stub);
    config.region = Some("eu-west-1".into());
    assert!(said(&finder(config, &stub).find().await.unwrap_err()).contains("no IAM role"));

    let stub = Stub::start(|seen, _| metadata(&seen.path).unwrap_or((500, String::new()))).await;
    let mut config = with_role(&stub);
    config.iam_role = Some("other".into());
    let text = said(&finder(config.clone(), &stub).find().await.unwrap_err());
    assert!(text.contains("\\\"gs\\\", not \\\"other\\\""), "{text}");
    config.iam_role = Some("../x".into());
    let text = said(&finder(config, &stub).find().await.unwrap_err());
    assert!(text.contains("not \\\"../x\\\""), "{text}");

    let mut nowhere = finder(with_role(&stub), &stub);
    nowhere.metadata = Origin::parse("http://127.0.0.1:1");
    assert!(said(&nowhere.find().await.unwrap_err()).contains("hop-limit"));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_said() {
    let stub = Stub::start(|_, _| (200, String::new())).await;
    let mut config = with_keys(&stub);
    config.host_header = Some(format!("http://{}", unknown_name()));
    let text = said(&finder(config.clone(), &stub).find().await.unwrap_err());
    assert!(text.contains("<region>") && text.contains("is not known here"), "{text}");
    config.host_header = Some("http://127.0.0.1:1".into());
    let text = said(&finder(config.clone(), &stub).find().await.unwrap_err());
    assert!(text.contains("does not answer") && text.contains("VPC endpoint"), "{text}");
    // A server without TLS behind an address that should have it.
    config.host_header = Some(stub.origin.replace("http://", "https://"));
    let text = said(&finder(config, &stub).find().await.unwrap_err());
    assert!(text.contains("cannot be trusted") || text.contains("certificate authorities"), "{text}");
}

#[test]
fn the_endpoint_follows_the_region() {
    for (host_header, region, host) in [
        (None, "eu-west-1", "ec2.eu-west-1.amazonaws.com"),
        (None, "cn-north-1", "ec2.cn-north-1.amazonaws.com.cn"),
        (Some("ec2"), "eu-west-1", "ec2.eu-west-1.amazonaws.com"),
        (Some("ec2.amazonaws.com"), "eu-west-1", "ec2.eu-west-1.amazonaws.com"),
        (Some("ec2.amazonaws.com.cn"), "cn-north-1", "ec2.cn-north-1.amazonaws.com.cn"),
        (Some("ec2.us-gov-west-1.amazonaws.com"), "us-gov-west-1", "ec2.us-gov-west-1.amazonaws.com"),
        (Some("vpce-1.ec2.eu-west-1.vpce.amazonaws.com"), "eu-west-1", "vpce-1.ec2.eu-west-1.vpce.amazonaws.com"),
    ] {
        assert_eq!(endpoint(host_header, region).host, host);
    }
}

#[tokio::test]
async fn instances_become_seeds_and_none_is_a_problem() {
    let member = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = member.local_addr().unwrap().port();
    let stub = Stub::start(|_, n| match n {
        0 => (200, instances(&[], "")),
        _ => (200, instances(&["127.0.0.1", "127.0.0.2"], "")),
    })
    .await;
    let mut config = nowhere();
    config.aws = Some(Aws { ports: port..=port, source: line(3), ..with_keys(&stub) });
    let mut node = Node::start(&config);
    let (text, fatal) = node.until_problem("No instance in the region eu-west-1 matches tag:cluster = geoserver").await;
    assert!(!fatal && text.contains("<tag-value>"), "{text}");
    node.until_seed(([127, 0, 0, 1], port).into()).await;
    let seeds = node.said.iter().filter(|found| matches!(found, Discovered::Seed { .. })).count();
    assert_eq!(seeds, 1);
}
