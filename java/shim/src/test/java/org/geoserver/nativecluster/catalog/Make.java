// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.catalog;

/** Makes objects as a user does, with ids that tests know. */
record Make(MemoryCatalog catalog) {
    <T extends Infos.Base> T object(T object, String id, String name) {
        object.id = id;
        object.name = name;
        return object;
    }

    Infos.Workspace workspace(String id, String name) {
        return catalog.add(object(new Infos.Workspace(), id, name));
    }

    Infos.Namespace namespace(String id, String prefix, String uri) {
        Infos.Namespace namespace = object(new Infos.Namespace(), id, prefix);
        namespace.uri = uri;
        return catalog.add(namespace);
    }

    <T extends Infos.Store> T store(T store, String id, Infos.Workspace workspace, String name) {
        object(store, id, name).workspace = workspace;
        store.connectionParameters.put("location", id);
        return catalog.add(store);
    }

    <T extends Infos.Resource> T resource(T resource, String id, Infos.Namespace namespace, Infos.Store store) {
        object(resource, id, "resource of " + store.id).namespace = namespace;
        resource.store = store;
        return catalog.add(resource);
    }

    Infos.Style style(String id, Infos.Workspace workspace) {
        Infos.Style style = object(new Infos.Style(), id, "style");
        style.workspace = workspace;
        style.filename = "style.sld";
        return catalog.add(style);
    }

    Infos.Layer layer(String id, Infos.Resource resource, Infos.Style style) {
        Infos.Layer layer = object(new Infos.Layer(), id, resource.name);
        layer.resource = resource;
        layer.defaultStyle = style;
        layer.styles.add(style);
        return catalog.add(layer);
    }

    Infos.Group group(String id, Infos.Workspace workspace, Infos.Layer layer) {
        Infos.Group group = object(new Infos.Group(), id, "group");
        group.workspace = workspace;
        group.publishables.add(layer);
        group.styles.add(layer.defaultStyle);
        return catalog.add(group);
    }
}
