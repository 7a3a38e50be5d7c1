// SPDX-License-Identifier: GPL-2.0-or-later
//! The guard that every entry point has: whatever goes wrong becomes a Java exception, and nothing ends the JVM.

use std::any::Any;

use jni::{
    Env,
    errors::ErrorPolicy,
    jni_sig, jni_str,
    objects::{JString, JThrowable, JValue},
};

/// What went wrong: a `ClusterException`'s code and message. The message says what happened, whether state changed, and
/// what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl ToString) -> Self {
        Self { code, message: message.to_string() }
    }

    /// The handle names no running member.
    pub(crate) fn closed() -> Self {
        Self::new("CLOSED", "The cluster was stopped; nothing changed.")
    }

    /// The arguments are not what the method takes: the two halves of the extension do not fit together.
    pub(crate) fn invalid(what: impl ToString) -> Self {
        Self::new("INVALID", format!("Nothing changed: {}.", what.to_string()))
    }

    /// Throws it in place of the method's result.
    fn throw(&self, env: &mut Env<'_>) -> jni::errors::Result<()> {
        if env.exception_check() {
            // Java's own exception says more.
            return Ok(());
        }
        let code = JString::from_str(env, self.code)?;
        let message = JString::from_str(env, &self.message)?;
        // Looked up with the class loader of the calling class, and held by nobody: a class that were kept would keep
        // GeoServer's class loader after a redeploy.
        let class = env.find_class(jni_str!("org/geoserver/nativecluster/nativelib/ClusterException"))?;
        let arguments = [JValue::Object(&code), JValue::Object(&message)];
        let exception = env.new_object(class, jni_sig!("(Ljava/lang/String;Ljava/lang/String;)V"), &arguments)?;
        let exception = env.cast_local::<JThrowable>(exception)?;
        // `throw` answers with an error when it has thrown.
        let _ = env.throw(exception);
        Ok(())
    }
}

impl From<jni::errors::Error> for Failure {
    fn from(error: jni::errors::Error) -> Self {
        Self::new("JNI", format!("A call into the JVM failed: {error}. Nothing changed."))
    }
}

/// Makes errors and panics Java exceptions.
#[derive(Debug)]
pub(crate) struct Throw;

impl<T: Default> ErrorPolicy<T, Failure> for Throw {
    type Captures<'unowned: 'method, 'method> = ();

    fn on_error<'unowned: 'method, 'method>(
        env: &mut Env<'unowned>,
        _: &mut (),
        failure: Failure,
    ) -> jni::errors::Result<T> {
        failure.throw(env)?;
        Ok(T::default())
    }

    fn on_panic<'unowned: 'method, 'method>(
        env: &mut Env<'unowned>,
        _: &mut (),
        payload: Box<dyn Any + Send + 'static>,
    ) -> jni::errors::Result<T> {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
        let message =
            format!("A defect of gs-native-cluster: {text}. Please report it; the call may have been half done.");
        Failure::new("PANIC", message).throw(env)?;
        Ok(T::default())
    }
}
