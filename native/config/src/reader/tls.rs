// SPDX-License-Identifier: GPL-2.0-or-later
//! `<ssl>`: the operator's own certificates. Without it connections are encrypted all the same.

use std::path::PathBuf;

use super::draft::Draft;
use super::{Place, Reader, Value};
use crate::Tls;
use crate::xml::Node;

/// Property names of Hazelcast's OpenSSL factory, which takes PEM files.
const KEY: &str = "keyFile";
const CERTIFICATE: &str = "keyCertChainFile";
const AUTHORITY: &str = "trustCertCollectionFile";

/// Java's key stores, and those properties' older names.
const KEY_STORES: [&str; 6] =
    ["keyStore", "keyStorePassword", "keyStoreType", "trustStore", "trustStorePassword", "trustStoreType"];
const OLD_PREFIX: &str = "javax.net.ssl.";
/// What the TLS library here decides by itself.
const OTHERS: [&str; 5] =
    ["ciphersuites", "keyManagerAlgorithm", "trustManagerAlgorithm", "keyMaterialDuration", "openssl"];

pub(super) fn read(reader: &mut Reader<'_>, draft: &mut Draft, ssl: Node<'_>) {
    reader.known_attributes(ssl, &["enabled"]);
    if !reader.enabled(ssl, false) {
        return;
    }
    reader.refuse_duplicates(ssl, &["factory-class-name", "properties"]);
    let mut files = Files::default();
    for child in ssl.children() {
        match child.name() {
            "factory-class-name" => {
                let Some(value) = reader.text(child) else { continue };
                // Hazelcast's own factories do nothing but read the properties.
                if !value.text.starts_with("com.hazelcast.nio.ssl.") {
                    let text = "this factory is a Java class, which cannot be run here; remove it, and name PEM files in \
                                the properties keyFile, keyCertChainFile and trustCertCollectionFile";
                    reader.error(&value.place, text);
                }
            }
            "properties" => {
                for node in child.children() {
                    property(reader, &mut files, node);
                }
            }
            _ => reader.unknown_element(child, &["factory-class-name", "properties"]),
        }
    }
    if files.refused {
        return;
    }
    let Files { key: Some(key_file), certificate: Some(certificate_file), authority: Some(authority_file), .. } = files
    else {
        let missing = [(KEY, &files.key), (CERTIFICATE, &files.certificate), (AUTHORITY, &files.authority)];
        let missing: Vec<&str> = missing.into_iter().filter(|(_, file)| file.is_none()).map(|(name, _)| name).collect();
        let missing = missing.join(", ");
        let text =
            format!("is enabled without {missing}; name the PEM files of key, certificate chain and authorities");
        reader.error(&Place::of(ssl), text);
        return;
    };
    draft.config.tls = Some(Tls { key_file, certificate_file, authority_file, source: Place::of(ssl).source() });
}

#[derive(Default)]
struct Files {
    key: Option<PathBuf>,
    certificate: Option<PathBuf>,
    authority: Option<PathBuf>,
    /// A reason that a file is missing has been reported.
    refused: bool,
}

fn property(reader: &mut Reader<'_>, files: &mut Files, node: Node<'_>) {
    let place = Place::of(node);
    let Some(name) = reader.attribute(node, "name").map(|value| value.text) else {
        return reader.error(&place, "has no attribute name; write <property name=\"...\">value</property>");
    };
    let name = name.strip_prefix(OLD_PREFIX).unwrap_or(&name);
    if KEY_STORES.contains(&name) {
        // One message for the store; its type and password go with it.
        files.refused = true;
        if name == "keyStore" || name == "trustStore" {
            reader.error(&place, convert(name));
        }
        return;
    }
    let Some(value) = reader.text(node) else {
        files.refused = true;
        return;
    };
    match name {
        KEY => files.key = Some(value.text.into()),
        CERTIFICATE => files.certificate = Some(value.text.into()),
        AUTHORITY => files.authority = Some(value.text.into()),
        "keyPassword" => {
            let text = "keyPassword: encrypted keys are not read; decrypt it to a file that only GeoServer may read: \
                        openssl pkey -in KEY -out key.pem";
            reader.error(&place, text);
        }
        "protocol" => protocol(reader, &value),
        "mutualAuthentication" => {
            if !value.text.eq_ignore_ascii_case("REQUIRED") {
                reader.warn(&place, "mutualAuthentication is always REQUIRED here: every node needs its certificate");
            }
        }
        "validateIdentity" => {
            if reader.flag(&value) == Some(true) {
                let text = "validateIdentity: host names in certificates are not compared, because nodes are found by \
                            address; set it to false: the authority alone says who is a node";
                reader.error(&place, text);
            }
        }
        _ if OTHERS.contains(&name) => {
            reader.warn(&place, format!("{name} is ignored: TLS 1.3 with its own choice of ciphers is used"))
        }
        _ => reader.warn(&place, format!("{name} is ignored: it has no meaning here")),
    }
}

fn protocol(reader: &mut Reader<'_>, value: &Value) {
    if !matches!(value.text.as_str(), "TLS" | "TLSv1.3") {
        reader.warn(&value.place, format!("protocol {} is ignored: TLS 1.3 is used", value.text));
    }
}

fn convert(name: &str) -> String {
    let to_pkcs12 = "keytool -importkeystore -srckeystore STORE -destkeystore store.p12 -deststoretype PKCS12";
    match name {
        "keyStore" => format!(
            "Java key stores are not read; convert it to PEM files ({to_pkcs12}; openssl pkcs12 -in store.p12 -nodes \
             -nocerts -out key.pem; openssl pkcs12 -in store.p12 -nokeys -out chain.pem), and name these in keyFile and \
             keyCertChainFile"
        ),
        _ => format!(
            "Java trust stores are not read; convert it to a PEM file ({to_pkcs12}; openssl pkcs12 -in store.p12 -nokeys \
             -out authorities.pem), and name this in trustCertCollectionFile"
        ),
    }
}
