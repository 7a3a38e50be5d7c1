// SPDX-License-Identifier: GPL-2.0-or-later
//! Against moto's server, which checks signatures and policies as AWS does. `tests/net/aws-moto` starts it.

use std::time::SystemTime;

use gs_cluster_config::{Aws, AwsTag, Secret, Source};
use hyper::Method;

use super::super::http::{Client, Origin};
use super::super::sigv4::{Credentials, sign};
use super::super::{FORM, Finder};
use super::{Node, line, nowhere, said};

const REGION: &str = "eu-west-1";

/// Sets moto up.
struct Moto {
    origin: String,
    client: Client,
}

impl Moto {
    async fn post(&self, path: &str, headers: &[(&str, String)], body: &str) -> String {
        let origin = Origin::parse(&self.origin);
        let answer = self.client.send(&origin, Method::POST, path, headers, body.into()).await.unwrap();
        let text = String::from_utf8(answer.body.into()).unwrap();
        assert_eq!(answer.status, 200, "{body}: {text}");
        text
    }

    /// Calls an API of `service`, and returns the text of `wanted` in the answer.
    async fn call(&self, service: &str, form: &str, wanted: &str) -> String {
        let anybody = Credentials { access_key: "any".into(), secret_key: Secret::new("any"), token: None };
        let host = Origin::parse(&self.origin).authority();
        let mut headers = sign(&anybody, (REGION, service), &host, Some(FORM), form.as_bytes(), SystemTime::now());
        headers.push(("content-type", FORM.to_owned()));
        let answer = self.post("/", &headers, form).await;
        let start = answer.find(&format!("<{wanted}>")).unwrap_or_else(|| panic!("no {wanted} in {answer}"));
        let text = &answer[start + wanted.len() + 2..];
        text[..text.find('<').unwrap()].to_owned()
    }

    /// An instance with a private address and the tag `cluster`.
    async fn instance(&self, subnet: &str, group: &str, ip: &str, cluster: &str) {
        let form = format!(
            "Action=RunInstances&Version=2016-11-15&ImageId=ami-12c6146b&MinCount=1&MaxCount=1&SubnetId={subnet}\
             &SecurityGroupId.1={group}&PrivateIpAddress={ip}&TagSpecification.1.ResourceType=instance&TagSpecification.1.Tag.1.Key=cluster\
             &TagSpecification.1.Tag.1.Value={cluster}"
        );
        self.call("ec2", &form, "instanceId").await;
    }

    /// A user with keys, who may do `action`.
    async fn user(&self, name: &str, action: &str) -> (String, Secret) {
        let iam = |form: String, wanted: &'static str| async move {
            self.call("iam", &format!("Version=2010-05-08&UserName={name}&{form}"), wanted).await
        };
        iam("Action=CreateUser".into(), "UserName").await;
        let policy = format!(
            "%7B%22Version%22:%222012-10-17%22,%22Statement%22:%5B%7B%22Effect%22:%22Allow%22,%22Action%22:\
             %22{action}%22,%22Resource%22:%22*%22%7D%5D%7D"
        );
        iam(format!("Action=PutUserPolicy&PolicyName=p&PolicyDocument={policy}"), "RequestId").await;
        // Id and secret come in one answer, and never again.
        let origin = Origin::parse(&self.origin);
        let form = format!("Action=CreateAccessKey&Version=2010-05-08&UserName={name}");
        let anybody = Credentials { access_key: "any".into(), secret_key: Secret::new("any"), token: None };
        let scope = (REGION, "iam");
        let mut headers = sign(&anybody, scope, &origin.authority(), Some(FORM), form.as_bytes(), SystemTime::now());
        headers.push(("content-type", FORM.to_owned()));
        let answer = self.post("/", &headers, &form).await;
        let text = |name: &str| {
            let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap();
            rest.split_once('<').unwrap().0.to_owned()
        };
        (text("AccessKeyId"), Secret::new(text("SecretAccessKey")))
    }
}

#[tokio::test]
#[ignore = "needs moto's server; run tests/net/aws-moto"]
async fn instances_of_moto_are_found_with_the_right_keys_only() {
    let origin = std::env::var("GS_CLUSTER_MOTO").expect("GS_CLUSTER_MOTO is moto's address");
    let limit = std::time::Duration::from_secs(60);
    let moto = Moto { origin: origin.clone(), client: Client::new(limit, limit).unwrap().0 };
    moto.post("/moto-api/reset", &[], "").await;
    moto.post("/moto-api/reset-auth", &[], "inf").await;
    let vpc = moto.call("ec2", "Action=CreateVpc&Version=2016-11-15&CidrBlock=127.0.0.0/16", "vpcId").await;
    let subnet = format!("Action=CreateSubnet&Version=2016-11-15&VpcId={vpc}&CidrBlock=127.0.0.0/24");
    let subnet = moto.call("ec2", &subnet, "subnetId").await;
    let group = "Action=CreateSecurityGroup&Version=2016-11-15&GroupName=geoservers&GroupDescription=test&VpcId=";
    let group = moto.call("ec2", &format!("{group}{vpc}"), "groupId").await;
    for last in 1..=6 {
        moto.instance(&subnet, &group, &format!("127.0.0.{last}"), "geoserver").await;
    }
    moto.instance(&subnet, &group, "127.0.0.99", "other").await;
    let (access, secret) = moto.user("finder", "ec2:DescribeInstances").await;
    let (weak_access, weak_secret) = moto.user("weak", "ec2:DescribeRegions").await;
    // From here on signatures and policies are checked.
    moto.post("/moto-api/reset-auth", &[], "0").await;

    let tag = |value: &str| vec![AwsTag { key: Some("cluster".into()), value: Some(value.into()) }];
    let right = Aws {
        access_key: Some(access),
        secret_key: Some(secret),
        region: Some(REGION.into()),
        iam_role: None,
        host_header: Some(origin),
        security_group: None,
        tags: tag("geoserver"),
        ports: 5701..=5703,
        use_public_ip: false,
        connection_timeout: limit,
        read_timeout: limit,
        connection_retries: 0,
        source: Source::Default,
    };
    let mut finder = Finder::new(right.clone());
    // The least that AWS takes: two pages.
    finder.page = 5;
    let found: Vec<String> = finder.find().await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6"]);

    let other = Aws { tags: tag("other"), ..right.clone() };
    assert_eq!(Finder::new(other).find().await.unwrap().len(), 1);
    let nobody = Aws { tags: tag("Geoserver"), ..right.clone() };
    assert!(Finder::new(nobody).find().await.unwrap().is_empty());
    let elsewhere = Aws { region: Some("us-east-1".into()), ..right.clone() };
    assert!(Finder::new(elsewhere).find().await.unwrap().is_empty());
    let group = Aws { security_group: Some("geoservers".into()), tags: Vec::new(), ..right.clone() };
    assert_eq!(Finder::new(group).find().await.unwrap().len(), 7);
    let no_group = Aws { security_group: Some("absent".into()), ..right.clone() };
    assert!(Finder::new(no_group).find().await.unwrap().is_empty());

    let wrong = |config: Aws| async move { said(&Finder::new(config).find().await.unwrap_err()) };
    let text = wrong(Aws { secret_key: Some(Secret::new("wrong")), ..right.clone() }).await;
    assert!(text.contains("AuthFailure") && text.contains("<secret-key>"), "{text}");
    let text = wrong(Aws { access_key: Some("AKIAWRONG".into()), ..right.clone() }).await;
    assert!(text.contains("AuthFailure") && text.contains("<access-key>"), "{text}");
    let weak = Aws { access_key: Some(weak_access), secret_key: Some(weak_secret), ..right.clone() };
    let text = wrong(weak).await;
    assert!(text.contains("AccessDenied") && text.contains("ec2:DescribeInstances"), "{text}");

    // And all of it as the driver sees it.
    let member = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = member.local_addr().unwrap().port();
    let mut config = nowhere();
    config.aws = Some(Aws { ports: port..=port, source: line(3), ..right });
    Node::start(&config).until_seed(([127, 0, 0, 1], port).into()).await;
}
