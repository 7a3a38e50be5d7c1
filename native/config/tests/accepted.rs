// SPDX-License-Identifier: GPL-2.0-or-later
//! What is honoured arrives in the configuration, and without a word.

mod common;

use std::time::Duration;

use common::{accepted, hazelcast, join};
use gs_cluster_config::{AwsTag, Config, DEFAULT_XML, MemberSpec, Source};

fn member(host: &str, first: u16, last: u16) -> MemberSpec {
    MemberSpec { host: host.to_owned(), ports: first..=last }
}

#[test]
fn default_file_says_what_the_defaults_are() {
    let mut config = accepted(DEFAULT_XML);
    assert!(matches!(config.network.port_source, Source::File { line, .. } if line > 1));
    config.network.port_source = Source::Default;
    config.multicast.source = Source::Default;
    config.tcp_ip.source = Source::Default;
    assert_eq!(config, Config::default());
    assert!(config.secret_is_public);
}

/// The page that the module is made after shows this in Hazelcast 3's form.
#[test]
fn hazelcast_3_form_of_the_documented_file() {
    let config = accepted(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<hazelcast xsi:schemaLocation="http://www.hazelcast.com/schema/config hazelcast-config-3.3.xsd"
           xmlns="http://www.hazelcast.com/schema/config" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <group><name>geoserver</name><password>geoserver</password></group>
  <properties><property name="hazelcast.logging.type">log4j</property></properties>
  <network>
    <port auto-increment="true">5701</port>
    <join>
      <multicast enabled="true"><multicast-group>224.2.2.3</multicast-group><multicast-port>54327</multicast-port></multicast>
      <tcp-ip enabled="false"><interface>127.0.0.1</interface></tcp-ip>
      <aws enabled="false">
        <access-key>my-access-key</access-key><secret-key>my-secret-key</secret-key><region>us-east-1</region>
      </aws>
    </join>
  </network>
  <map name="wpsExecutionStatusMap">
    <indexes><index ordered="false">executionId</index><index ordered="true">completionTime</index></indexes>
  </map>
</hazelcast>"#,
    );
    assert_eq!((config.cluster_name.as_str(), config.secret.expose()), ("geoserver", "geoserver"));
    assert!(config.secret_is_public && config.multicast.enabled && !config.tcp_ip.enabled && config.aws.is_none());
}

#[test]
fn names_and_secret() {
    let config = accepted(&hazelcast(
        "<group><name>a</name><password> s3cret </password></group><instance-name>node 1</instance-name>",
    ));
    assert_eq!(config.cluster_name, "a");
    assert_eq!(config.secret.expose(), "s3cret");
    assert!(!config.secret_is_public);
    assert_eq!(config.instance_name.as_deref(), Some("node 1"));
    assert!(accepted(&hazelcast("<group><password>dev-pass</password></group>")).secret_is_public);
}

#[test]
fn any_namespace_and_prefix() {
    let config = accepted(
        "<h:hazelcast xmlns:h=\"http://example.org/any\"><h:cluster-name>x &amp; &#x79;</h:cluster-name>\
         <h:map name=\"wpsExecutionStatusMap\"/></h:hazelcast>",
    );
    assert_eq!(config.cluster_name, "x & y");
}

#[test]
fn byte_order_mark_cdata_comments_and_instructions() {
    let config = accepted(
        "\u{feff}<?xml version=\"1.0\"?><!-- a --><?pi?>\r\n<hazelcast><cluster-name>a<!-- b -->b<![CDATA[<c>]]></cluster-name>\
         <map name=\"wpsExecutionStatusMap\"/></hazelcast><!-- end -->\n",
    );
    assert_eq!(config.cluster_name, "ab<c>");
}

#[test]
fn network() {
    let network = accepted(&hazelcast(
        "<network><port auto-increment=\"false\" port-count=\"7\">6000</port><public-address>[2001:db8::1]:6001</public-address>\
         <reuse-address>true</reuse-address>\n<interfaces enabled=\"true\"><interface>10.3.10.*</interface>\
         <interface>10.3.11.4-18</interface></interfaces></network>",
    ))
    .network;
    assert_eq!((network.port, network.auto_increment, network.port_count), (6000, false, 7));
    assert_eq!(network.ports(), 6000..=6000);
    let public = network.public_address.unwrap();
    assert_eq!((public.host.as_str(), public.port), ("2001:db8::1", Some(6001)));
    assert!(network.reuse_address && network.bind_any);
    assert_eq!(network.interfaces_source, Source::File { line: 3, column: 1 });
    let matches = |address: &str| network.interfaces.iter().any(|pattern| pattern.matches(address.parse().unwrap()));
    assert!(matches("10.3.10.255") && matches("10.3.11.18") && !matches("10.3.11.19") && !matches("10.3.12.1"));
}

#[test]
fn interfaces_that_are_off_do_not_count() {
    let config = accepted(&hazelcast("<network><interfaces><interface>nonsense</interface></interfaces></network>"));
    assert!(config.network.interfaces.is_empty());
}

#[test]
fn ports_to_try() {
    let ports = |xml: &str| accepted(&hazelcast(&format!("<network>{xml}</network>"))).network.ports();
    assert_eq!(ports("<port>5701</port>"), 5701..=5800);
    assert_eq!(ports("<port port-count=\"1\">5701</port>"), 5701..=5701);
    assert_eq!(ports("<port>65530</port>"), 65530..=65535);
    assert_eq!(ports("<port>0</port>"), 0..=0);
}

#[test]
fn multicast() {
    let multicast = accepted(&join(
        "<multicast loopbackModeEnabled=\"true\"><multicast-group>ff02::5</multicast-group><multicast-port>4000</multicast-port>\
         <multicast-time-to-live>1</multicast-time-to-live><multicast-timeout-seconds>3</multicast-timeout-seconds>\
         <trusted-interfaces><interface>10.1.1.*</interface></trusted-interfaces></multicast>",
    ))
    .multicast;
    assert!(multicast.enabled);
    assert_eq!((multicast.group.to_string().as_str(), multicast.port, multicast.ttl), ("ff02::5", 4000, 1));
    assert!(multicast.trusted_interfaces[0].matches("10.1.1.9".parse().unwrap()));
    assert_eq!(multicast.source, Source::File { line: 3, column: 1 });
}

/// Rows: the content of `<join>`, and whether multicast is on.
#[test]
fn multicast_is_on_unless_something_says_otherwise() {
    let member = "<tcp-ip enabled=\"true\"><member>a</member></tcp-ip>";
    for (content, on) in [
        (String::new(), true),
        ("<multicast/>".to_owned(), true),
        (member.to_owned(), false),
        (format!("{member}<multicast enabled=\"true\"/>"), true),
        (format!("{member}<multicast enabled=\"false\"/>"), false),
        ("<auto-detection/>".to_owned(), true),
        (format!("{member}<auto-detection enabled=\"true\"/>"), false),
        // As Hazelcast 5's own default file has it.
        ("<auto-detection enabled=\"true\"/><multicast enabled=\"false\"/>".to_owned(), true),
        (format!("<auto-detection enabled=\"false\"/>{member}"), false),
    ] {
        assert_eq!(accepted(&join(&content)).multicast.enabled, on, "{content}");
    }
    assert!(accepted(&hazelcast("")).multicast.enabled);
}

#[test]
fn members_in_every_form() {
    let tcp_ip = accepted(&join(
        "<tcp-ip enabled=\"true\" connection-timeout-seconds=\"7\"><required-member>r:5702</required-member>\
         <interface>127.0.0.1</interface><member>a.example:5710</member><members>b, c:1;d</members>\
         <member-list><member>10.0.0.254-255</member><member>[::1]:5703</member></member-list><member>fe80::1</member>\
         <member>a.example:5710</member><member>10.1.0.7-8:99</member></tcp-ip>",
    ))
    .tcp_ip;
    assert_eq!(tcp_ip.required_member, Some(member("r", 5702, 5702)));
    assert_eq!(tcp_ip.connection_timeout, Duration::from_secs(7));
    let expected = [
        member("127.0.0.1", 5701, 5703),
        member("a.example", 5710, 5710),
        member("b", 5701, 5703),
        member("c", 1, 1),
        member("d", 5701, 5703),
        member("10.0.0.254", 5701, 5703),
        member("10.0.0.255", 5701, 5703),
        member("::1", 5703, 5703),
        member("fe80::1", 5701, 5703),
        member("10.1.0.7", 99, 99),
        member("10.1.0.8", 99, 99),
    ];
    assert_eq!(tcp_ip.members, expected);
}

#[test]
fn a_member_without_port_may_be_on_any_port_that_this_node_would_try() {
    let ports = |port: &str, properties: &str| {
        let xml = hazelcast(&format!(
            "<network>{port}<join><tcp-ip enabled=\"true\"><member>a</member></tcp-ip></join></network>\
             <properties>{properties}</properties>"
        ));
        accepted(&xml).tcp_ip.members[0].ports.clone()
    };
    assert_eq!(ports("<port>6000</port>", ""), 6000..=6002);
    assert_eq!(ports("<port auto-increment=\"false\">6000</port>", ""), 6000..=6000);
    assert_eq!(ports("<port port-count=\"2\">6000</port>", ""), 6000..=6001);
    assert_eq!(ports("<port>0</port>", ""), 5701..=5703);
    assert_eq!(ports("", "<property name=\"hazelcast.tcp.join.port.try.count\">20</property>"), 5701..=5720);
}

#[test]
fn aws_in_hazelcast_5_form() {
    let aws = accepted(&join(
        "<aws enabled=\"true\"><access-key>AKIA</access-key><secret-key>wJal</secret-key><region>eu-central-1</region>\
         <host-header>http://127.0.0.1:5000/</host-header><connection-timeout-seconds>7</connection-timeout-seconds>\
         <read-timeout-seconds>8</read-timeout-seconds><connection-retries>4</connection-retries><hz-port>5701-5710</hz-port>\
         <tag-key>type, env,owner</tag-key><tag-value>hz-nodes,,me,x</tag-value>\
         <security-group-name>hazelcast-sg</security-group-name><use-public-ip>true</use-public-ip></aws>",
    ))
    .aws
    .unwrap();
    assert_eq!(aws.access_key.as_deref(), Some("AKIA"));
    assert_eq!(aws.secret_key.as_ref().map(gs_cluster_config::Secret::expose), Some("wJal"));
    assert!(!format!("{aws:?}").contains("wJal"));
    assert_eq!(aws.region.as_deref(), Some("eu-central-1"));
    assert_eq!(aws.host_header.as_deref(), Some("http://127.0.0.1:5000"));
    assert_eq!((aws.connection_timeout.as_secs(), aws.read_timeout.as_secs(), aws.connection_retries), (7, 8, 4));
    assert_eq!(aws.ports, 5701..=5710);
    assert_eq!(aws.security_group.as_deref(), Some("hazelcast-sg"));
    assert!(aws.use_public_ip);
    let tag = |key: &str, value: &str| {
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        AwsTag { key: filled(key), value: filled(value) }
    };
    assert_eq!(aws.tags, [tag("type", "hz-nodes"), tag("env", ""), tag("owner", "me"), tag("", "x")]);
    assert_eq!(aws.source, Source::File { line: 3, column: 1 });
}

#[test]
fn aws_in_hazelcast_3_form_with_an_instance_role() {
    let aws = accepted(&join("<aws enabled=\"true\" connection-timeout-seconds=\"11\"><iam-role>r</iam-role></aws>"))
        .aws
        .unwrap();
    assert_eq!((aws.connection_timeout.as_secs(), aws.iam_role.as_deref(), aws.access_key), (11, Some("r"), None));
    assert_eq!(aws.ports, 5701..=5708);
}

#[test]
fn kubernetes() {
    let config = accepted(&hazelcast(
        "<network><port>6000</port><join><kubernetes enabled=\"true\"><service-dns>gs.ns.svc.cluster.local</service-dns>\
         <service-dns-timeout>9</service-dns-timeout></kubernetes></join></network>",
    ));
    let kubernetes = config.kubernetes.unwrap();
    assert_eq!(kubernetes.service_dns, "gs.ns.svc.cluster.local");
    assert_eq!((kubernetes.service_dns_timeout.as_secs(), kubernetes.ports), (9, 6000..=6002));
    let one = "<kubernetes><service-dns>gs</service-dns><service-port>7000</service-port></kubernetes>";
    assert_eq!(accepted(&join(one)).kubernetes.unwrap().ports, 7000..=7000);
}

#[test]
fn own_certificates() {
    let tls = accepted(&hazelcast(
        "<network><ssl enabled=\"true\"><factory-class-name>com.hazelcast.nio.ssl.OpenSSLEngineFactory</factory-class-name>\
         <properties><property name=\"keyFile\">/k.pem</property><property name=\"keyCertChainFile\">/c.pem</property>\
         <property name=\"trustCertCollectionFile\">/a.pem</property><property name=\"protocol\">TLSv1.3</property>\
         <property name=\"mutualAuthentication\">REQUIRED</property></properties></ssl></network>",
    ))
    .tls
    .unwrap();
    assert_eq!(tls.key_file.to_str(), Some("/k.pem"));
    assert_eq!(tls.certificate_file.to_str(), Some("/c.pem"));
    assert_eq!(tls.authority_file.to_str(), Some("/a.pem"));
    assert_eq!(accepted(&hazelcast("<network><ssl enabled=\"false\"><what/></ssl></network>")).tls, None);
}

#[test]
fn life_of_statuses() {
    let map = |content: &str| {
        let xml = format!("<hazelcast><map name=\"wpsExecutionStatusMap\">{content}</map></hazelcast>");
        accepted(&xml).status_map
    };
    let of = |ttl: &str, idle: &str| {
        let map = map(&format!(
            "<time-to-live-seconds>{ttl}</time-to-live-seconds><max-idle-seconds>{idle}</max-idle-seconds>"
        ));
        (map.time_to_live.map(|t| t.as_secs()), map.max_idle.map(|t| t.as_secs()))
    };
    assert_eq!(of("60", "0"), (Some(60), None));
    assert_eq!(of("2147483647", "1"), (None, Some(1)));
}

#[test]
fn properties_of_hazelcast() {
    let config = accepted(&hazelcast(
        "<properties><property name=\"hazelcast.phone.home.enabled\">false</property>\
         <property name=\"hazelcast.merge.first.run.delay.seconds\">${not.resolved}</property>\
         <property name=\"hazelcast.socket.bind.any\">false</property></properties>",
    ));
    assert!(!config.network.bind_any);
}
