// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.geoserver.nativecluster.nativelib.BinaryReader;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.platform.ServiceException;
import org.geoserver.wps.WPSException;

/**
 * Carries an exception to other nodes as text, so that GeoServer prints the same there. An exception and its causes are a
 * chain of links, each with class name, message, code, locator and texts. GeoServer tells three kinds apart when it
 * prints, so the name of a subclass is followed by {@code <} and the class of GeoServer it descends from. A text of an
 * exception that is none of GeoServer's is its {@link Throwable#toString()}, where that is of its own making.
 */
final class ThrowableCodec {
    /** Longest chain that is carried; what GeoServer prints of a longer one is beyond reading. */
    private static final int MAX_CHAIN = 16;

    /** Most texts that are carried of one exception. */
    private static final int MAX_TEXTS = 64;

    private static final String WPS = WPSException.class.getName();
    private static final String SERVICE = ServiceException.class.getName();

    private ThrowableCodec() {}

    static void encode(Throwable throwable, BinaryWriter out) {
        List<Throwable> chain = chain(throwable);
        out.u16(chain.size());
        for (Throwable link : chain) {
            List<String> texts = texts(link);
            ServiceException service = link instanceof ServiceException ? (ServiceException) link : null;
            out.string(lineage(link))
                    .string(link.getMessage())
                    .string(service == null ? null : service.getCode())
                    .string(service == null ? null : service.getLocator())
                    .u16(texts.size());
            texts.forEach(out::string);
        }
    }

    static Throwable decode(BinaryReader in) {
        int links = in.u16();
        List<Link> chain = new ArrayList<>(links);
        for (int count = links; count > 0; count--) {
            Link link = new Link(in.string(), in.string(), in.string(), in.string(), new ArrayList<>());
            for (int texts = in.u16(); texts > 0; texts--) {
                link.texts.add(in.string());
            }
            chain.add(link);
        }
        Throwable decoded = null;
        for (int at = chain.size() - 1; at >= 0; at--) {
            decoded = decode(chain.get(at), decoded);
        }
        return decoded;
    }

    private static Throwable decode(Link link, Throwable cause) {
        String[] lineage = link.lineage.split("<", 2);
        String className = lineage[0];
        Throwable decoded;
        switch (lineage[lineage.length - 1]) {
            case "org.geoserver.wps.WPSException":
                decoded = className.equals(WPS)
                        ? new WPSException(link.message, link.code, link.locator)
                        : new RemoteException.Wps(className, link.message, link.code, link.locator);
                break;
            case "org.geoserver.platform.ServiceException":
                decoded = className.equals(SERVICE)
                        ? new ServiceException(link.message, link.code, link.locator)
                        : new RemoteException.Service(className, link.message, link.code, link.locator);
                break;
            default:
                decoded = new RemoteException.Other(
                        className, link.message, link.texts.isEmpty() ? null : link.texts.get(0));
        }
        if (decoded instanceof ServiceException) {
            ((ServiceException) decoded).getExceptionText().addAll(link.texts);
        }
        if (cause != null) {
            decoded.initCause(cause);
        }
        // the trace of this node's decoding would mislead
        decoded.setStackTrace(new StackTraceElement[0]);
        return decoded;
    }

    private static List<Throwable> chain(Throwable throwable) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable link = throwable;
                link != null && chain.size() < MAX_CHAIN && seen.add(link);
                link = link.getCause()) {
            chain.add(link);
        }
        return chain;
    }

    private static String lineage(Throwable link) {
        String className = RemoteException.classNameOf(link);
        if (link instanceof WPSException) {
            return className.equals(WPS) ? className : className + "<" + WPS;
        }
        if (link instanceof ServiceException) {
            return className.equals(SERVICE) ? className : className + "<" + SERVICE;
        }
        return className;
    }

    private static List<String> texts(Throwable link) {
        if (link instanceof ServiceException) {
            List<String> texts = ((ServiceException) link).getExceptionText();
            return texts == null ? List.of() : texts.subList(0, Math.min(texts.size(), MAX_TEXTS));
        }
        String usual = RemoteException.text(RemoteException.classNameOf(link), link.getMessage());
        return usual.equals(link.toString()) ? List.of() : List.of(String.valueOf(link));
    }

    private record Link(String lineage, String message, String code, String locator, List<String> texts) {}
}
