// SPDX-License-Identifier: GPL-2.0-or-later
//! The entry points of shared objects and watched folders.

use std::path::Path;

use gs_cluster_core::active::{Outcome, Policy, Standing};
use gs_cluster_net::cluster::{Cluster, Content, Here, SharedError, Telling};
use jni::{
    Env, EnvUnowned,
    objects::{JByteArray, JClass, JObjectArray, JString},
    sys::{jboolean, jint, jlong},
};

use crate::{
    encode, entry,
    guard::{Failure, Throw},
    handles, millis, optional, text, texts,
};

impl From<SharedError> for Failure {
    fn from(error: SharedError) -> Self {
        let code = match error {
            SharedError::Off(_) => "CONFIG",
            SharedError::Refused(_) | SharedError::NoPath(_) => "INVALID",
            SharedError::Io(..) | SharedError::Seal(_) => "IO",
        };
        Failure::new(code, error)
    }
}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedDirectory(
    env, handle: jlong, root: JString<'local>, id: JString<'local>
) -> () {
    let (root, id) = (text(env, &root)?, text(env, &id)?);
    handles::get(handle)?.shared()?.set_directory(Path::new(&root), &id);
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedJoin(
    _env, handle: jlong, policy: jint, pristine: jboolean
) -> jint {
    let policy = match policy {
        0 => Policy::Refuse,
        1 => Policy::Adopt,
        2 => Policy::Merge,
        _ => return Err(Failure::invalid("there is no such policy")),
    };
    let cluster = handles::get(handle)?;
    Ok(match cluster.shared()?.join(policy, pristine)? {
        Standing::Waiting => 0,
        Standing::Member => 1,
        Standing::Adopting => 2,
        Standing::Refused => 3,
    })
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedTell(
    env, handle: jlong, telling: jint, key: JString<'local>, bytes: JByteArray<'local>, extra: JByteArray<'local>,
    modified: jlong
) -> jint {
    let (cluster, key) = (handles::get(handle)?, text(env, &key)?);
    let content = content(env, &bytes, &extra, modified)?;
    let here = content.as_ref().map_or(Here::Nothing, Here::Object);
    outcome(&cluster, telling, &key, here)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedTellFile(
    env, handle: jlong, telling: jint, key: JString<'local>, file: JString<'local>
) -> jint {
    let (key, file) = (text(env, &key)?, text(env, &file)?);
    outcome(&*handles::get(handle)?, telling, &key, Here::File(Path::new(&file)))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedCompared(
    env, handle: jlong, prefixes: JObjectArray<'local, JString<'local>>
) -> () {
    let prefixes = texts(env, &prefixes)?;
    Ok(handles::get(handle)?.shared()?.compared(&prefixes)?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedPending(
    env, handle: jlong, max: jint
) -> JByteArray<'local> {
    let pending = handles::get(handle)?.shared()?.pending(usize::try_from(max).unwrap_or(0));
    Ok(env.byte_array_from_slice(&encode::pending(&pending))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedApplied(
    env, handle: jlong, key: JString<'local>, token: jlong, bytes: JByteArray<'local>
) -> () {
    let key = text(env, &key)?;
    let content = content(env, &bytes, &JByteArray::null(), 0)?;
    let here = content.as_ref().map_or(Here::Nothing, Here::Object);
    Ok(handles::get(handle)?.shared()?.applied(&key, token.cast_unsigned(), here)?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedAppliedFile(
    env, handle: jlong, key: JString<'local>, token: jlong, file: JString<'local>
) -> () {
    let (key, file) = (text(env, &key)?, text(env, &file)?);
    Ok(handles::get(handle)?.shared()?.applied(&key, token.cast_unsigned(), Here::File(Path::new(&file)))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedFailed(
    env, handle: jlong, key: JString<'local>, token: jlong, reason: JString<'local>
) -> () {
    let (key, reason) = (text(env, &key)?, text(env, &reason)?);
    handles::get(handle)?.shared()?.failed(&key, token.cast_unsigned(), &reason);
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedFetch(
    env, handle: jlong, key: JString<'local>, token: jlong, target: JString<'local>, silence_millis: jlong
) -> jboolean {
    let (key, target) = (text(env, &key)?, text(env, &target)?);
    let cluster = handles::get(handle)?;
    let shared = cluster.shared()?;
    Ok(shared.fetch(&key, token.cast_unsigned(), Path::new(&target), millis(silence_millis))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedContent(
    env, handle: jlong, key: JString<'local>
) -> JByteArray<'local> {
    let content = handles::get(handle)?.shared()?.content(&text(env, &key)?);
    optional(env, content.map(|content| encode::content(&content)))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedKeys(
    env, handle: jlong, prefix: JString<'local>
) -> JByteArray<'local> {
    let keys = handles::get(handle)?.shared()?.keys(&text(env, &prefix)?);
    Ok(env.byte_array_from_slice(&encode::texts(&keys))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedConflicts(
    env, handle: jlong
) -> JByteArray<'local> {
    let conflicts = handles::get(handle)?.shared()?.conflicts();
    Ok(env.byte_array_from_slice(&encode::conflicts(&conflicts))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedConflict(
    env, handle: jlong, id: JString<'local>
) -> JByteArray<'local> {
    let content = handles::get(handle)?.shared()?.conflict(&text(env, &id)?);
    optional(env, content.map(|content| encode::content(&content)))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedLost(
    env, handle: jlong, key: JString<'local>, loser: JString<'local>, bytes: JByteArray<'local>,
    extra: JByteArray<'local>, modified: jlong
) -> () {
    let (key, loser) = (text(env, &key)?, text(env, &loser)?);
    let content = content(env, &bytes, &extra, modified)?.ok_or_else(|| Failure::invalid("there is no content"))?;
    Ok(handles::get(handle)?.shared()?.lost(&key, &loser, &content)?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_sharedDropConflict(
    env, handle: jlong, id: JString<'local>
) -> jboolean {
    Ok(handles::get(handle)?.shared()?.drop_conflict(&text(env, &id)?))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_watch(
    env, handle: jlong, root: JString<'local>, excluded: JObjectArray<'local, JString<'local>>
) -> jlong {
    let (root, excluded) = (text(env, &root)?, texts(env, &excluded)?);
    let watch = handles::get(handle)?.watch(Path::new(&root), &excluded);
    Ok(watch.map_err(|error| Failure::new("IO", error))?.cast_signed())
}}

fn outcome(cluster: &Cluster, telling: jint, key: &str, here: Here<'_>) -> Result<jint, Failure> {
    let telling = match telling {
        0 => Telling::Compare,
        1 => Telling::Put,
        2 => Telling::Derived,
        _ => return Err(Failure::invalid("there is no such way to tell")),
    };
    Ok(match cluster.shared()?.tell(telling, key, here)? {
        Outcome::Same => 0,
        Outcome::Published => 1,
        Outcome::Pending => 2,
        Outcome::ReadOnly => 3,
    })
}

/// `None`: null, for nothing.
fn content(
    env: &mut Env<'_>,
    bytes: &JByteArray<'_>,
    extra: &JByteArray<'_>,
    modified: jlong,
) -> Result<Option<Content>, Failure> {
    if bytes.is_null() {
        return Ok(None);
    }
    let extra = if extra.is_null() { Vec::new() } else { env.convert_byte_array(extra)? };
    let modified = u64::try_from(modified).unwrap_or(0);
    Ok(Some(Content { bytes: env.convert_byte_array(bytes)?, extra, modified }))
}
