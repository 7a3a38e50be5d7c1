// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Date;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.geoserver.catalog.Catalog;
import org.geoserver.catalog.CatalogInfo;
import org.geoserver.catalog.impl.CatalogImpl;
import org.geoserver.catalog.impl.ModificationProxy;
import org.geoserver.catalog.impl.ResolvingProxyResolver;
import org.geoserver.config.util.XStreamPersister;
import org.geoserver.config.util.XStreamPersisterFactory;
import org.geoserver.nativecluster.active.Ids;
import org.geoserver.nativecluster.nativelib.SharedObjects.Content;
import org.geoserver.nativecluster.xml.CanonicalXml;
import org.geoserver.nativecluster.xml.UnknownElements;

/** Between objects of this node's catalog and what the cluster says of them. For one thread. */
final class Codec {
    private final Catalog catalog;
    private final XStreamPersisterFactory factory;
    private final Ids ids;
    private XStreamPersister persister;

    Codec(Catalog catalog, XStreamPersisterFactory factory, Ids ids) {
        this.catalog = catalog;
        this.factory = factory;
        this.ids = ids;
    }

    Content encode(CatalogInfo object) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            persister().save(ModificationProxy.unwrap(object), out);
            CanonicalXml.Form form = CanonicalXml.canonical(out.toByteArray(), ids::toCluster);
            return new Content(form.bytes(), form.extra(), modified(object));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What is here, with what the cluster says beside and this GeoServer does not know.
     *
     * @param read gives what {@link #decode} makes of the cluster's
     */
    Content whole(Content here, Content there, Supplier<CatalogInfo> read) {
        try {
            byte[] whole = UnknownElements.keep(here.bytes(), there.bytes(), () -> encode(read.get()).bytes());
            return new Content(whole, here.extra(), here.modified());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long modified(CatalogInfo object) {
        Date modified = object.getDateModified();
        Date date = modified == null ? object.getDateCreated() : modified;
        return date == null ? 0 : date.getTime();
    }

    /** A new object, whose references are this catalog's own objects as far as they are here. */
    CatalogInfo decode(Content content, String localId) {
        return decode(content, localId, ids::toLocal);
    }

    /**
     * As {@link #decode(Content, String)}.
     *
     * @param toLocal from the cluster's id of what it refers to to this node's
     */
    CatalogInfo decode(Content content, String localId, UnaryOperator<String> toLocal) {
        try {
            byte[] xml = CanonicalXml.local(content.bytes(), content.extra(), toLocal, localId);
            CatalogInfo object = persister().load(new ByteArrayInputStream(xml), CatalogInfo.class);
            // empty lists are left out of the XML
            ((CatalogImpl) catalog).resolve(object);
            ResolvingProxyResolver.resolve(object, catalog);
            return object;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Made at the first use: other modules add to what it can write when they start. */
    private XStreamPersister persister() {
        if (persister == null) {
            persister = factory.createXMLPersister();
            persister.setCatalog(catalog);
            persister.setUnwrapNulls(false);
            persister.setReferenceByName(false);
            // the cluster encrypts all that it holds; each node's own files are encrypted with its own key
            persister.setEncryptPasswordFields(false);
        }
        return persister;
    }
}
