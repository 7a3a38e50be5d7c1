// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.List;
import org.geoserver.platform.ServiceException;
import org.geoserver.wps.WPSException;

/** An exception of another node: it reads as the original, whose class this node may not have. */
interface RemoteException {
    /** The class of the original. */
    String className();

    /** The class of an exception, or of its original. */
    static String classNameOf(Throwable throwable) {
        return throwable instanceof RemoteException
                ? ((RemoteException) throwable).className()
                : throwable.getClass().getName();
    }

    /** What {@link Throwable#toString()} gives unless it is overridden. */
    static String text(String className, String message) {
        return message == null ? className : className + ": " + message;
    }

    private static String text(String className, String message, List<String> texts) {
        String text = text(className, message);
        return texts.isEmpty()
                ? text
                : text + System.lineSeparator() + String.join(System.lineSeparator(), texts);
    }

    /** A subclass of {@link WPSException}. */
    final class Wps extends WPSException implements RemoteException {
        private static final long serialVersionUID = 1L;
        private final String className;

        Wps(String className, String message, String code, String locator) {
            super(message, code, locator);
            this.className = className;
        }

        @Override
        public String className() {
            return className;
        }

        @Override
        public String toString() {
            return text(className, getMessage(), getExceptionText());
        }
    }

    /** A subclass of {@link ServiceException} that is none of {@link WPSException}. */
    final class Service extends ServiceException implements RemoteException {
        private static final long serialVersionUID = 1L;
        private final String className;

        Service(String className, String message, String code, String locator) {
            super(message, code, locator);
            this.className = className;
        }

        @Override
        public String className() {
            return className;
        }

        @Override
        public String toString() {
            return text(className, getMessage(), getExceptionText());
        }
    }

    /** Any other exception or error. */
    final class Other extends Exception implements RemoteException {
        private static final long serialVersionUID = 1L;
        private final String className;
        private final String text;

        Other(String className, String message, String text) {
            super(message);
            this.className = className;
            this.text = text == null ? text(className, message) : text;
        }

        @Override
        public String className() {
            return className;
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
