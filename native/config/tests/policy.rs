// SPDX-License-Identifier: GPL-2.0-or-later
//! Each row of the policy for elements that are not simply honoured: how grave, at which line and column, and the start
//! of what is said.

mod common;

use common::{assert_messages, hazelcast, join, read};

/// Rows: children of the root, starting on line 2.
#[test]
fn top_level() {
    for (body, expected) in [
        ("<import resource=\"x.xml\"/>", &["2:1 error import: other files are not read"][..]),
        (
            "<config-replacers>\n <replacer class-name=\"X\"/></config-replacers>",
            &["2:1 warning config-replacers: ignored", "3:2 error config-replacers/replacer: Java classes"],
        ),
        ("<config-replacers fail-if-value-missing=\"false\"/>", &["2:1 warning config-replacers: ignored"]),
        ("<security enabled=\"true\"/>", &["2:1 error security: Hazelcast's security realms"]),
        ("<security enabled=\"false\"/>", &["2:1 warning security: ignored: it is switched off"]),
        ("<security/>", &["2:1 warning security: ignored: it is switched off"]),
        ("  <advanced-network enabled=\"true\"/>", &["2:3 error advanced-network: the advanced network"]),
        ("<advanced-network/>", &["2:1 warning advanced-network: ignored"]),
        ("<lite-member enabled=\"true\"/>", &["2:1 error lite-member: every node holds data"]),
        ("<lite-member enabled=\"false\"/>", &["2:1 warning lite-member: ignored"]),
        ("<user-code-deployment enabled=\"true\"/>", &["2:1 error user-code-deployment: classes are never sent"]),
        ("<user-code-namespaces enabled=\"true\"/>", &["2:1 error user-code-namespaces: classes are never sent"]),
        (
            "<persistence enabled=\"true\">\n<encryption-at-rest enabled=\"true\"/></persistence>",
            &["2:1 warning persistence: ignored", "3:1 error persistence/encryption-at-rest: the node's state"],
        ),
        ("<hot-restart-persistence enabled=\"true\"/>", &["2:1 warning hot-restart-persistence: ignored"]),
        ("<license-key>k</license-key>", &["2:1 warning license-key: ignored: no licence"]),
        ("<queue name=\"default\"><anything/></queue>", &["2:1 warning queue: ignored: only the map of WPS statuses"]),
        ("<jet enabled=\"true\"/>", &["2:1 warning jet: ignored: this cluster runs no"]),
        ("<metrics/><sql/>", &["2:1 warning metrics: ignored", "2:11 warning sql: ignored"]),
        ("<hypercube/>", &["2:1 warning hypercube: unknown element, ignored"]),
        ("<netwrok/>", &["2:1 warning netwrok: unknown element, ignored; did you mean network?"]),
        ("<network/>\n<network/>", &["3:1 error network: occurs a second time, first on line 2"]),
        ("<cluster-name/>", &["2:1 error cluster-name: is empty"]),
        ("<cluster-name>a\nb</cluster-name>", &["2:1 error cluster-name: a name has at most 255 bytes"]),
        (
            "<cluster-name>a</cluster-name><group><name>b</name></group>",
            &["2:38 warning group/name: ignored: cluster-name says"],
        ),
        ("<group><nmae>a</nmae></group>", &["2:8 warning group/nmae: unknown element, ignored"]),
        ("<group naem=\"a\"/>", &["2:8 warning group: unknown attribute naem"]),
    ] {
        assert_messages(&read(&hazelcast(body)), expected);
    }
}

#[test]
fn network() {
    for (body, expected) in [
        ("<outbound-ports/>", &["3:1 warning network/outbound-ports: ignored"][..]),
        ("<failure-detector/>", &["3:1 warning network/failure-detector: ignored"]),
        ("<rest-api enabled=\"true\"/>", &["3:1 warning network/rest-api: ignored"]),
        ("<memcache-protocol enabled=\"true\"/>", &["3:1 warning network/memcache-protocol: ignored"]),
        ("<tpc-socket/>", &["3:1 warning network/tpc-socket: ignored"]),
        ("<socket-interceptor enabled=\"true\"/>", &["3:1 error network/socket-interceptor: a socket interceptor"]),
        ("<socket-interceptor/>", &["3:1 warning network/socket-interceptor: ignored: it is switched off"]),
        ("<symmetric-encryption enabled=\"true\"/>", &["3:1 error network/symmetric-encryption: this encryption"]),
        ("<symmetric-encryption/>", &["3:1 warning network/symmetric-encryption: ignored"]),
        ("<member-address-provider enabled=\"true\"/>", &["3:1 error network/member-address-provider: an address"]),
        ("<prot>1</prot>", &["3:1 warning network/prot: unknown element, ignored; did you mean port?"]),
        ("<port>65536</port>", &["3:1 error network/port: \"65536\" is not a whole number from 0 to 65535"]),
        ("<port>+1x</port>", &["3:1 error network/port: \"+1x\" is not a whole number"]),
        ("<port port-count=\"0\">1</port>", &["3:7 error network/port: \"0\" is not a whole number from 1"]),
        ("<port auto-increment=\"maybe\">1</port>", &["3:7 error network/port: \"maybe\" is neither true nor false"]),
        (
            "<port autoincrement=\"true\">1</port>",
            &["3:7 warning network/port: unknown attribute autoincrement, ignored; did you mean auto-increment?"],
        ),
        ("<port><x/>1</port>", &["3:7 warning network/port/x: unknown element"]),
        ("<public-address>a b</public-address>", &["3:1 error network/public-address: \"a b\" is not a host"]),
        (
            "<public-address>h:0</public-address>",
            &["3:1 error network/public-address: \"h:0\" is not a host or host:port: the port"],
        ),
        ("<reuse-address>perhaps</reuse-address>", &["3:1 error network/reuse-address: \"perhaps\" is neither"]),
        ("<interfaces enabled=\"true\"/>", &["3:1 error network/interfaces: is enabled, but names no interface"]),
        (
            "<interfaces enabled=\"true\"><interface>10.3.10.4-x</interface><interface>1.1.1.1</interface></interfaces>",
            &["3:28 error network/interfaces/interface: \"10.3.10.4-x\" is not an address pattern"],
        ),
    ] {
        assert_messages(&read(&hazelcast(&format!("<network>\n{body}</network>"))), expected);
    }
}

#[test]
fn joiners() {
    let alone = "2:10 warning network/join: no way to find other nodes is on";
    for (body, expected) in [
        ("<gcp enabled=\"true\"/>", &["3:1 error network/join/gcp: discovery on Google Cloud"][..]),
        ("<gcp/>", &["3:1 error network/join/gcp: discovery on Google Cloud"]),
        ("<gcp enabled=\"false\"/>", &["3:1 warning network/join/gcp: ignored: it is switched off"]),
        ("<azure enabled=\"true\"/>", &["3:1 error network/join/azure: discovery on Azure"]),
        ("<azure enabled=\"false\"/>", &["3:1 warning network/join/azure: ignored"]),
        ("<eureka enabled=\"true\"/>", &["3:1 error network/join/eureka: discovery by Eureka"]),
        ("<eureka enabled=\"false\"/>", &["3:1 warning network/join/eureka: ignored"]),
        (
            "<discovery-strategies><discovery-strategy class=\"X\" enabled=\"true\"/></discovery-strategies>",
            &["3:23 error network/join/discovery-strategies/discovery-strategy: a discovery strategy is a Java class"],
        ),
        (
            "<discovery-strategies><discovery-strategy class=\"X\"/></discovery-strategies>",
            &["3:23 warning network/join/discovery-strategies/discovery-strategy: ignored"],
        ),
        (
            "<tcpip enabled=\"true\"/>",
            &["3:1 warning network/join/tcpip: unknown element, ignored; did you mean tcp-ip?"],
        ),
        ("<multicast enabled=\"false\"/>", &[alone]),
        ("<auto-detection enabled=\"false\"/>", &[alone]),
        ("<tcp-ip enabled=\"true\"/>", &["3:1 warning network/join/tcp-ip: is enabled, but lists no member"]),
        (
            "<tcp-ip enabled=\"true\"><member>10.0.0.1-300</member></tcp-ip>",
            &["3:24 error network/join/tcp-ip/member: \"10.0.0.1-300\" is not a range of members"],
        ),
        (
            "<tcp-ip enabled=\"true\"><member>10.0.*.*</member><member>a</member></tcp-ip>",
            &["3:24 error network/join/tcp-ip/member: \"10.0.*.*\" names 65536 members, more than the 2560"],
        ),
        (
            "<tcp-ip enabled=\"true\"><members>a,b:c</members></tcp-ip>",
            &["3:24 error network/join/tcp-ip/members: \"b:c\" is not a host or host:port: the port"],
        ),
        (
            "<tcp-ip enabled=\"true\" connection-timeout-seconds=\"0\"><member>a</member></tcp-ip>",
            &["3:24 error network/join/tcp-ip: \"0\" is not a time from 1 to 3600 seconds"],
        ),
        (
            "<multicast><multicast-group>10.0.0.1</multicast-group></multicast>",
            &["3:12 error network/join/multicast/multicast-group: \"10.0.0.1\" is not a multicast address"],
        ),
        (
            "<multicast><multicast-port>0</multicast-port></multicast>",
            &["3:12 error network/join/multicast/multicast-port: "],
        ),
        (
            "<multicast><multicast-time-to-live>256</multicast-time-to-live></multicast>",
            &["3:12 error network/join/multicast/multicast-time-to-live: \"256\" is not a whole number from 0 to 255"],
        ),
        (
            "<multicast loopbackModeEnabled=\"false\"/>",
            &["3:12 warning network/join/multicast: loopbackModeEnabled is ignored"],
        ),
        (
            "<multicast enabld=\"false\"/>",
            &["3:12 warning network/join/multicast: unknown attribute enabld, ignored; did you mean enabled?"],
        ),
    ] {
        assert_messages(&read(&join(body)), expected);
    }
}

#[test]
fn clouds() {
    for (body, expected) in [
        (
            "<aws><access-key>a</access-key></aws>",
            &["3:1 error network/join/aws: access-key is given without secret-key"][..],
        ),
        (
            "<aws><secret-key>a</secret-key></aws>",
            &["3:1 error network/join/aws: secret-key is given without access-key"],
        ),
        (
            "<aws><access-key>a</access-key><secret-key>b</secret-key><iam-role>r</iam-role></aws>",
            &["3:1 error network/join/aws: both keys and iam-role are given"],
        ),
        (
            "<aws><access-key>my-access-key</access-key><secret-key>b</secret-key></aws>",
            &["3:6 warning network/join/aws/access-key: is the example of the documentation"],
        ),
        (
            "<aws><region>us east</region></aws>",
            &["3:6 error network/join/aws/region: \"us east\" is not an AWS region"],
        ),
        ("<aws><cluster>c</cluster></aws>", &["3:6 error network/join/aws/cluster: selects containers of AWS ECS"]),
        (
            "<aws><host-header>ecs.amazonaws.com</host-header></aws>",
            &["3:6 error network/join/aws/host-header: is AWS ECS"],
        ),
        (
            "<aws><hz-port>5708-5701</hz-port></aws>",
            &["3:6 error network/join/aws/hz-port: \"5708-5701\" is not a port"],
        ),
        (
            "<aws><tagkey>a</tagkey></aws>",
            &["3:6 warning network/join/aws/tagkey: unknown element, ignored; did you mean tag-key?"],
        ),
        (
            "<aws><read-timeout-seconds>-1</read-timeout-seconds></aws>",
            &["3:6 error network/join/aws/read-timeout-seconds: "],
        ),
        (
            "<kubernetes><namespace>ns</namespace><service-name>gs</service-name></kubernetes>",
            &[
                "3:1 error network/join/kubernetes: members are found by DNS only, not by Kubernetes' API; make a headless \
                 service (clusterIP: None) and add <service-dns>gs.ns.svc.cluster.local</service-dns>",
                "3:13 warning network/join/kubernetes/namespace: ignored",
                "3:38 warning network/join/kubernetes/service-name: ignored",
            ],
        ),
        (
            "<kubernetes><service-dns>a/b</service-dns></kubernetes>",
            &[
                "3:13 error network/join/kubernetes/service-dns: \"a/b\" is not a DNS name: a host name does not contain '/'",
            ],
        ),
    ] {
        assert_messages(&read(&join(body)), expected);
    }
}

/// Rows: the properties of an `<ssl enabled="true">` on line 3.
#[test]
fn certificates() {
    let pem = "<property name=\"keyFile\">k</property><property name=\"keyCertChainFile\">c</property>\
               <property name=\"trustCertCollectionFile\">a</property>\n";
    let missing = "3:1 error network/ssl: is enabled without keyFile, keyCertChainFile, trustCertCollectionFile";
    for (properties, expected) in [
        ("", &[missing][..]),
        (
            "<property name=\"keyFile\">k</property>",
            &["3:1 error network/ssl: is enabled without keyCertChainFile, trust"],
        ),
        (
            "<property name=\"keyStore\">/k.jks</property><property name=\"keyStorePassword\">p</property>\
             <property name=\"javax.net.ssl.trustStore\">/t.jks</property>",
            &[
                "3:33 error network/ssl/properties/property: Java key stores are not read; convert it to PEM",
                "3:122 error network/ssl/properties/property: Java trust stores are not read; convert it to a PEM",
            ],
        ),
        (
            &format!("{pem}<property name=\"keyPassword\">p</property>"),
            &["4:1 error network/ssl/properties/property: keyPassword: encrypted keys"],
        ),
        (
            &format!("{pem}<property name=\"validateIdentity\">true</property>"),
            &["4:1 error network/ssl/properties/property: validateIdentity"],
        ),
        (&format!("{pem}<property name=\"validateIdentity\">false</property>"), &[]),
        (
            &format!("{pem}<property name=\"protocol\">TLSv1.2</property>"),
            &["4:1 warning network/ssl/properties/property: protocol TLSv1.2 is ignored"],
        ),
        (
            &format!("{pem}<property name=\"mutualAuthentication\">OPTIONAL</property>"),
            &["4:1 warning network/ssl/properties/property: mutualAuthentication is always REQUIRED"],
        ),
        (
            &format!("{pem}<property name=\"ciphersuites\">X</property>"),
            &["4:1 warning network/ssl/properties/property: ciphersuites is ignored"],
        ),
        (
            &format!("{pem}<property>X</property>"),
            &["4:1 error network/ssl/properties/property: has no attribute name"],
        ),
    ] {
        let body = format!("<network>\n<ssl enabled=\"true\"><properties>{properties}</properties></ssl></network>");
        assert_messages(&read(&hazelcast(&body)), expected);
    }
    let factory =
        "<network>\n<ssl enabled=\"true\"><factory-class-name>com.example.Own</factory-class-name></ssl></network>";
    assert_messages(
        &read(&hazelcast(factory)),
        &[missing, "3:21 error network/ssl/factory-class-name: this factory is a Java class"],
    );
}

#[test]
fn properties() {
    for (body, expected) in [
        (
            "<property name=\"your.own\">1</property>",
            &["3:1 warning properties/property: your.own is ignored: it has no meaning here"][..],
        ),
        (
            "<property name=\"hazelcast.jmx\">true</property>",
            &["3:1 warning properties/property: hazelcast.jmx is ignored"],
        ),
        (
            "<property name=\"hazelcast.local.publicAddress\">a</property>",
            &["3:1 warning properties/property: hazelcast.local.publicAddress is ignored; use network/public-address"],
        ),
        ("<property>1</property>", &["3:1 error properties/property: has no attribute name"]),
        ("<prop name=\"a\">1</prop>", &["3:1 warning properties/prop: unknown element"]),
        (
            "<property name=\"geoserver.cluster.secert\">x</property>",
            &[
                "3:1 error geoserver.cluster.secert: there is no such setting; correct or remove it; did you mean geoserver.cluster.secret?",
            ],
        ),
        (
            "<property name=\"geoserver.cluster.port\">x</property>",
            &["3:1 error geoserver.cluster.port: \"x\" is not a whole number"],
        ),
        ("<property name=\"geoserver.cluster.port\"/>", &["3:1 error properties/property: is empty"]),
        (
            "<property name=\"geoserver.cluster.port\">1</property>\n<property name=\"geoserver.cluster.port\">2</property>",
            &["4:1 error geoserver.cluster.port: occurs a second time"],
        ),
        (
            "<property name=\"geoserver.cluster.library-directory\">/tmp</property>",
            &["3:1 error geoserver.cluster.library-directory: matters before this file is read"],
        ),
        (
            "<property name=\"geoserver.cluster.active\">true</property>",
            &["3:1 error geoserver.cluster.active: matters before this file is read"],
        ),
        (
            "<property name=\"geoserver.cluster.state-directory\">here</property>",
            &["3:1 error geoserver.cluster.state-directory: \"here\" is not an absolute path"],
        ),
        (
            "<property name=\"geoserver.cluster.orphan-grace-seconds\">86401</property>",
            &["3:1 error geoserver.cluster.orphan-grace-seconds: \"86401\" is not a time from 0 to 86400 seconds"],
        ),
        (
            "<property name=\"geoserver.cluster.secret\">x</property>\n<property name=\"geoserver.cluster.secret-file\">/x</property>",
            &[
                "4:1 error geoserver.cluster.secret-file: cannot read",
                "4:1 error geoserver.cluster.secret-file: the secret is given",
            ],
        ),
    ] {
        let verdict = read(&hazelcast(&format!("<properties>\n{body}</properties>")));
        let mut expected = expected.to_vec();
        // Both ways to give a secret are wrong together, whatever the file holds; what is said first is no matter.
        if body.contains("secret-file") {
            expected = vec![
                "4:1 error geoserver.cluster.secret-file: the secret is given by geoserver.cluster.secret too",
                "4:1 error geoserver.cluster.secret-file: cannot read",
            ];
        }
        assert_messages(&verdict, &expected);
    }
}

/// Rows: children of the map of statuses, on line 2.
#[test]
fn status_map() {
    for (body, expected) in [
        ("<backup-count>1</backup-count>", &["2:1 warning map/backup-count: ignored"][..]),
        ("<merge-policy>X</merge-policy>", &["2:1 warning map/merge-policy: ignored"]),
        ("<statistics-enabled>true</statistics-enabled>", &["2:1 warning map/statistics-enabled: ignored"]),
        ("<in-memory-format>OBJECT</in-memory-format>", &["2:1 warning map/in-memory-format: ignored"]),
        ("<read-backup-data>true</read-backup-data>", &["2:1 warning map/read-backup-data: ignored"]),
        ("<eviction size=\"1\"/>", &["2:1 warning map/eviction: ignored: a status is removed when it expires"]),
        ("<max-size>1</max-size>", &["2:1 warning map/max-size: ignored"]),
        ("<map-store enabled=\"true\"/>", &["2:1 error map/map-store: a map store is a Java class"]),
        ("<map-store/>", &["2:1 error map/map-store: a map store is a Java class"]),
        ("<map-store enabled=\"false\"/>", &["2:1 warning map/map-store: ignored: it is switched off"]),
        (
            "<time-to-live-seconds>-1</time-to-live-seconds>",
            &["2:1 error map/time-to-live-seconds: \"-1\" is not a time"],
        ),
        (
            "<tme-to-live-seconds>1</tme-to-live-seconds>",
            &["2:1 warning map/tme-to-live-seconds: unknown element, ignored; did you mean time-to-live-seconds?"],
        ),
    ] {
        let xml = format!("<hazelcast><map name=\"wpsExecutionStatusMap\">\n{body}</map></hazelcast>");
        assert_messages(&read(&xml), expected);
    }
}

#[test]
fn choice_of_the_status_map() {
    let absent = "1:1 warning hazelcast: there is no <map name=\"wpsExecutionStatusMap\">";
    assert_messages(&read("<hazelcast/>"), &[absent]);
    assert_messages(
        &read("<hazelcast>\n<map name=\"other\"><map-store/></map></hazelcast>"),
        &[absent, "2:1 warning map: map other is ignored"],
    );
    // Hazelcast applies the closest description: name, pattern, default.
    let xml = "<hazelcast>\n<map name=\"default\"><map-store/></map>\n<map name=\"wps*\"><max-idle-seconds>5</max-idle-seconds></map></hazelcast>";
    let verdict = read(xml);
    assert_messages(&verdict, &[absent, "2:1 warning map: map default is ignored: another map describes"]);
    assert_eq!(verdict.config.unwrap().status_map.max_idle.unwrap().as_secs(), 5);
    let twice = "<hazelcast>\n<map name=\"wpsExecutionStatusMap\"/>\n<map name=\"wpsExecutionStatusMap\"/></hazelcast>";
    assert_messages(&read(twice), &["3:1 error map: map wpsExecutionStatusMap occurs a second time, first on line 2"]);
}
