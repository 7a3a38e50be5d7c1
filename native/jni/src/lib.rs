// SPDX-License-Identifier: GPL-2.0-or-later
//! The native library that the Java shim loads: the entry points of `org.geoserver.nativecluster.nativelib.NativeLibrary`,
//! whose comments say what each does.
//!
//! Native code never calls into Java and attaches no thread: Java pulls. Each entry point is two lines, the
//! [guard](guard::Throw) and the call; what is fallible is written as plain Rust below it.

mod encode;
mod guard;
mod handles;
mod shared;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use gs_cluster_config::{Config, Verdict};
use gs_cluster_core::node::Refusal;
use gs_cluster_net::{
    cluster::{Cluster, HostOptions, Saved, StartError},
    store::StoreError,
};
use guard::{Failure, Throw};
use jni::{
    Env, EnvUnowned,
    objects::{JByteArray, JClass, JObjectArray, JString},
    sys::{jboolean, jint, jlong},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Defines an entry point: its name below the Java class, its arguments, its result, and what it does.
macro_rules! entry {
    ($name:ident($env:ident $(, $argument:ident: $type:ty)*) -> $result:ty $body:block) => {
        #[unsafe(no_mangle)]
        #[expect(unsafe_code, reason = "the JVM finds it by its name, which no other function has")]
        extern "system" fn $name<'local>(
            mut unowned: EnvUnowned<'local>,
            _: JClass<'local>,
            $($argument: $type),*
        ) -> $result {
            unowned.with_env(|$env: &mut Env<'local>| -> Result<$result, Failure> { $body }).resolve::<Throw>()
        }
    };
}

pub(crate) use entry;

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_version(env) -> JString<'local> {
    let version = format!("{VERSION} ({}-{})", std::env::consts::OS, std::env::consts::ARCH);
    Ok(JString::from_str(env, version)?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_check(
    env, path: JString<'local>, xml: JString<'local>, variables: JObjectArray<'local, JString<'local>>
) -> JString<'local> {
    let verdict = read(env, &path, &xml, &variables)?;
    Ok(JString::from_str(env, verdict.to_json())?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_start(
    env, path: JString<'local>, xml: JString<'local>, variables: JObjectArray<'local, JString<'local>>,
    state_dir: JString<'local>, files_root: JString<'local>
) -> jlong {
    let verdict = read(env, &path, &xml, &variables)?;
    let config = verdict.config.as_ref().ok_or_else(|| Failure::new("CONFIG", verdict.to_text()))?;
    if !config.enabled {
        return Err(Failure::new("DISABLED", "The extension is switched off by geoserver.cluster.enabled."));
    }
    let (state_dir, files_root) = (text(env, &state_dir)?, text(env, &files_root)?);
    let given = (!state_dir.is_empty()).then(|| PathBuf::from(&state_dir));
    let state_dir = config.state_directory.clone().or(given);
    let host = HostOptions { state_dir, version: VERSION.to_owned() };
    let cluster = Cluster::start(config, &host).map_err(|error| Failure::new(code(&error), error))?;
    if !files_root.is_empty() {
        cluster.set_files_root(Path::new(&files_root));
    }
    Ok(handles::give(cluster))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_setFilesRoot(
    env, handle: jlong, folder: JString<'local>
) -> () {
    handles::get(handle)?.set_files_root(Path::new(&text(env, &folder)?));
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_stop(
    _env, handle: jlong, deadline_millis: jlong
) -> () {
    if let Some(cluster) = handles::take(handle) {
        cluster.stop(millis(deadline_millis));
    }
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_next(
    env, handle: jlong, timeout_millis: jlong
) -> JByteArray<'local> {
    let events = handles::get(handle).ok().and_then(|cluster| cluster.next(millis(timeout_millis)));
    optional(env, events.map(|events| encode::events(&events)))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_status(env, handle: jlong) -> JString<'local> {
    Ok(JString::from_str(env, handles::get(handle)?.status())?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_statusSave(
    env, handle: jlong, record: JByteArray<'local>, all: jboolean, timeout_millis: jlong
) -> jint {
    let cluster = handles::get(handle)?;
    let record = env.convert_byte_array(&record)?;
    match cluster.status_save(&record, all, millis(timeout_millis)) {
        Ok(Saved::Done) => Ok(0),
        Ok(Saved::NotEverywhere) => Ok(1),
        Ok(Saved::Refused(previous)) => Ok(2 | jint::from(previous as u8) << 8),
        Ok(Saved::Ignored) => Ok(3),
        Err(Refusal::BadRecord(error)) => Err(Failure::invalid(error)),
        Err(Refusal::TooLarge) => Err(Failure::invalid("the status is larger than an entry may be (4 MiB)")),
        Err(Refusal::Outranked | Refusal::Transition(_)) => Err(Failure::invalid("the status could not be saved")),
    }
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_statusGet(
    env, handle: jlong, id: JString<'local>, remote_timeout_millis: jlong
) -> JByteArray<'local> {
    let record = handles::get(handle)?.status_get(&text(env, &id)?, millis(remote_timeout_millis));
    optional(env, record)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_statusRemove(
    env, handle: jlong, id: JString<'local>
) -> JByteArray<'local> {
    let record = handles::get(handle)?.status_remove(&text(env, &id)?);
    optional(env, record)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_statusQuery(
    env, handle: jlong, query: JByteArray<'local>
) -> JByteArray<'local> {
    let query = env.convert_byte_array(&query)?;
    let (total, page) = handles::get(handle)?.status_query(&query).map_err(Failure::invalid)?;
    Ok(env.byte_array_from_slice(&encode::page(total, &page))?)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_statusRemoveWhere(
    env, handle: jlong, filter: JByteArray<'local>
) -> jint {
    let filter = env.convert_byte_array(&filter)?;
    let removed = handles::get(handle)?.status_remove_where(&filter).map_err(Failure::invalid)?;
    Ok(jint::try_from(removed).unwrap_or(jint::MAX))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_request(
    env, handle: jlong, member: JString<'local>, payload: JByteArray<'local>, timeout_millis: jlong
) -> JByteArray<'local> {
    let member = text(env, &member)?.parse().map_err(|_| Failure::invalid("the member id is not one"))?;
    let payload = env.convert_byte_array(&payload)?;
    let reply = handles::get(handle)?.request(member, &payload, millis(timeout_millis));
    optional(env, reply)
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_reply(
    env, handle: jlong, request: JString<'local>, payload: JByteArray<'local>
) -> () {
    let payload = env.convert_byte_array(&payload)?;
    handles::get(handle)?.reply(&text(env, &request)?, &payload);
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_fetch(
    env, handle: jlong, execution: JString<'local>, path: JString<'local>, target: JString<'local>,
    owner: JString<'local>, timeout_millis: jlong
) -> jlong {
    let (execution, path) = (text(env, &execution)?, text(env, &path)?);
    let (target, owner) = (text(env, &target)?, text(env, &owner)?.parse().ok());
    let fetched = handles::get(handle)?.fetch(&execution, &path, Path::new(&target), owner, millis(timeout_millis));
    Ok(fetched.map_or(-1, |size| jlong::try_from(size).unwrap_or(jlong::MAX)))
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_stepBack(env) -> () {
    let _ = env;
    gs_cluster_net::background::step_back();
    Ok(())
}}

entry! { Java_org_geoserver_nativecluster_nativelib_NativeLibrary_cli(
    env, arguments: JObjectArray<'local, JString<'local>>
) -> jint {
    let arguments = texts(env, &arguments)?;
    Ok(gs_cluster_cli::run(&arguments, &mut std::io::stdout()))
}}

/// Reads a configuration; `variables` are names and values by turns.
fn read<'local>(
    env: &mut Env<'local>,
    path: &JString<'local>,
    xml: &JString<'local>,
    variables: &JObjectArray<'local, JString<'local>>,
) -> Result<Verdict, Failure> {
    let mut variables = texts(env, variables)?.into_iter();
    let mut known = BTreeMap::new();
    while let (Some(name), Some(value)) = (variables.next(), variables.next()) {
        known.insert(name, value);
    }
    Ok(Config::read_with(&text(env, path)?, &text(env, xml)?, &known))
}

fn code(error: &StartError) -> &'static str {
    match error {
        StartError::Bind(_) => "BIND",
        StartError::Store(StoreError::Locked { .. }) => "LOCKED",
        StartError::Store(_) | StartError::System(_) => "IO",
        StartError::Tls(_) => "CONFIG",
    }
}

fn millis(millis: jlong) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

fn text(env: &Env<'_>, text: &JString<'_>) -> Result<String, Failure> {
    Ok(text.try_to_string(env)?)
}

fn texts<'local>(env: &mut Env<'local>, array: &JObjectArray<'local, JString<'local>>) -> Result<Vec<String>, Failure> {
    let length = array.len(env)?;
    (0..length)
        .map(|at| {
            let element = array.get_element(env, at)?;
            let string = text(env, &element);
            // An environment has hundreds of variables, a native frame room for few local references.
            env.delete_local_ref(element);
            string
        })
        .collect()
}

fn optional<'local>(env: &mut Env<'local>, bytes: Option<impl AsRef<[u8]>>) -> Result<JByteArray<'local>, Failure> {
    match bytes {
        Some(bytes) => Ok(env.byte_array_from_slice(bytes.as_ref())?),
        None => Ok(JByteArray::null()),
    }
}
