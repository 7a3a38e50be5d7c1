// SPDX-License-Identifier: GPL-2.0-or-later
//! The instance metadata service, version 2: a session token first, then the region and the role's keys.
//!
//! Keys are asked for anew with every search: they change every few hours, and the service is a link-local one that
//! answers in a millisecond.

use gs_cluster_config::Secret;
use hyper::Method;
use serde::Deserialize;

use super::fault::Fault;
use super::http::{Client, Origin};
use super::sigv4::Credentials;

/// Where every instance finds its metadata.
pub(super) const ADDRESS: &str = "http://169.254.169.254";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// The metadata of the instance that this runs on.
pub(super) struct Metadata<'a> {
    pub(super) client: &'a Client,
    pub(super) origin: &'a Origin,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    token: String,
}

impl Metadata<'_> {
    /// The region of the instance.
    pub(super) async fn region(&self) -> Result<String, Fault> {
        let session = self.session().await?;
        let region = self.get(&session, "/latest/meta-data/placement/region").await?;
        // It becomes part of a host name.
        let named = |region: &String| region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        region.filter(named).filter(|region| !region.is_empty()).ok_or(Fault::NoRegion)
    }

    /// The keys of `role`, or of the role that the instance has.
    pub(super) async fn credentials(&self, role: Option<&str>) -> Result<Credentials, Fault> {
        let session = self.session().await?;
        let own = self.get(&session, ROLES).await?;
        // One line; more are not documented, and the first is meant then.
        let own = own.as_deref().and_then(|roles| roles.lines().next()).filter(|name| !name.is_empty());
        let Some(name) = role.or(own) else { return Err(Fault::NoRole) };
        let missing = || Fault::WrongRole { wanted: name.to_owned(), own: own.map(ToOwned::to_owned) };
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b)) {
            return Err(missing());
        }
        let keys = self.get(&session, &format!("{ROLES}{name}")).await?.ok_or_else(missing)?;
        // What is wrong with the text is not said: it holds the keys.
        let keys: Keys = serde_json::from_str(&keys).map_err(|_| missing())?;
        Ok(Credentials {
            access_key: keys.access_key_id,
            secret_key: Secret::new(keys.secret_access_key),
            token: Some(Secret::new(keys.token)),
        })
    }

    async fn session(&self) -> Result<String, Fault> {
        let lifetime = [("x-aws-ec2-metadata-token-ttl-seconds", "60".to_owned())];
        let answer = self.client.send(self.origin, Method::PUT, "/latest/api/token", &lifetime, Vec::new()).await;
        let answer = answer.map_err(|_| Fault::NoMetadata)?;
        match (answer.status, String::from_utf8(answer.body.into())) {
            (200, Ok(token)) if !token.is_empty() => Ok(token),
            _ => Err(Fault::NoMetadata),
        }
    }

    /// A value; `None` if the instance has none of that name.
    async fn get(&self, session: &str, path: &str) -> Result<Option<String>, Fault> {
        let session = [("x-aws-ec2-metadata-token", session.to_owned())];
        let answer = self.client.send(self.origin, Method::GET, path, &session, Vec::new()).await;
        let answer = answer.map_err(|_| Fault::NoMetadata)?;
        match answer.status {
            200 => Ok(String::from_utf8(answer.body.into()).ok().map(|text| text.trim().to_owned())),
            404 => Ok(None),
            _ => Err(Fault::NoMetadata),
        }
    }
}
