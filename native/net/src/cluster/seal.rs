// SPDX-License-Identifier: GPL-2.0-or-later
//! Contents of shared objects hold passwords: outside of GeoServer's memory they are sealed, with keys of the cluster's
//! secret.

use gs_cluster_core::active::value::ContentHash;
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    rand::{SecureRandom, SystemRandom},
};

use crate::auth::ClusterKey;

/// Seals and opens contents, and names them by keyed hashes, so that nobody without the secret can tell by a hash whether a
/// content is one that he guesses.
pub(super) struct Sealer {
    key: LessSafeKey,
    hash: [u8; 32],
    random: SystemRandom,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl Sealer {
    pub(super) fn new(cluster: &ClusterKey) -> Result<Self, Unspecified> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &cluster.subkey("contents of shared objects"))?;
        let hash = cluster.subkey("hashes of shared objects");
        Ok(Self { key: LessSafeKey::new(key), hash, random: SystemRandom::new() })
    }

    /// A hasher of contents.
    pub(super) fn hasher(&self) -> blake3::Hasher {
        blake3::Hasher::new_keyed(&self.hash)
    }

    pub(super) fn hash(&self, content: &[u8]) -> ContentHash {
        ContentHash(*blake3::keyed_hash(&self.hash, content).as_bytes())
    }

    /// Seals a content for one key: below another it does not open. The nonce is random, and one secret seals four billion
    /// contents before two are likely enough to meet that one should think of it (NIST SP 800-38D, section 8.3).
    pub(super) fn seal(&self, key: &str, content: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce)?;
        let mut sealed = content.to_vec();
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(nonce_used, Aad::from(key.as_bytes()), &mut sealed)?;
        sealed.splice(0..0, nonce);
        Ok(sealed)
    }

    pub(super) fn open(&self, key: &str, sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(Unspecified)?;
        let mut content = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.key.open_in_place(nonce, Aad::from(key.as_bytes()), &mut content)?.len();
        content.truncate(length);
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_opens_below_its_key_and_with_its_secret_alone() {
        let sealer = Sealer::new(&ClusterKey::derive("c", "s")).unwrap();
        let sealed = sealer.seal("k", b"password").unwrap();
        assert_eq!(sealer.open("k", &sealed).unwrap(), b"password");
        assert_ne!(sealed, sealer.seal("k", b"password").unwrap());
        assert!(!sealed.windows(8).any(|w| w == b"password"));
        assert!(sealer.open("l", &sealed).is_err());
        assert!(sealer.open("k", &sealed[..5]).is_err());
        let mut broken = sealed.clone();
        broken[20] ^= 1;
        assert!(sealer.open("k", &broken).is_err());
        let other = Sealer::new(&ClusterKey::derive("c", "t")).unwrap();
        assert!(other.open("k", &sealed).is_err());
        assert_ne!(other.hash(b"x"), sealer.hash(b"x"));
        assert_eq!(sealer.hash(b"x").0, *sealer.hasher().update(b"x").finalize().as_bytes());
    }
}
