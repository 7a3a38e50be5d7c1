// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geotools.api.filter.sort.SortBy;
import org.geotools.api.filter.sort.SortOrder;
import org.springframework.beans.PropertyAccessorFactory;

/**
 * The order of a query: by properties of the bean, as GeoServer's stores have it. Null comes after every value, and
 * what is equal by execution id, so that pages neither overlap nor miss one.
 */
record StatusOrder(List<Key> keys) {
    /** A property to sort by. */
    record Key(String property, boolean descending) {
        Field field() {
            return Field.ofProperty(property);
        }
    }

    static StatusOrder of(SortBy[] sorts) {
        return new StatusOrder(
                Stream.of(sorts == null ? new SortBy[0] : sorts).map(StatusOrder::key).collect(Collectors.toList()));
    }

    private static Key key(SortBy sort) {
        if (sort == SortBy.NATURAL_ORDER || sort == SortBy.REVERSE_ORDER) {
            return new Key("creationTime", sort == SortBy.REVERSE_ORDER);
        }
        String name = sort.getPropertyName().getPropertyName();
        String property =
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "node" -> "nodeId";
                    case "user" -> "userName";
                    case "task" -> "task";
                    default -> name;
                };
        return new Key(property, sort.getSortOrder() == SortOrder.DESCENDING);
    }

    /**
     * True if native code can sort by all keys. It takes the name of a process as one string, while GeoTools compares
     * namespaces first.
     */
    boolean isNative() {
        return keys.stream().allMatch(key -> key.field() != null && key.field() != Field.PROCESS_NAME);
    }

    void write(BinaryWriter out) {
        out.u8(keys.size());
        keys.forEach(key -> out.u8(key.field().code()).u8(key.descending() ? 1 : 0));
    }

    Comparator<ExecutionStatus> comparator() {
        Comparator<ExecutionStatus> order = (left, right) -> 0;
        for (Key key : keys) {
            Comparator<ExecutionStatus> one = comparator(key.property());
            order = order.thenComparing(key.descending() ? one.reversed() : one);
        }
        return order.thenComparing(ExecutionStatus::getExecutionId);
    }

    @SuppressWarnings("unchecked")
    private static Comparator<ExecutionStatus> comparator(String property) {
        Comparator<Object> values =
                Comparator.nullsLast((left, right) -> ((Comparable<Object>) left).compareTo(right));
        return (left, right) -> values.compare(value(left, property), value(right, property));
    }

    private static Object value(ExecutionStatus status, String property) {
        return PropertyAccessorFactory.forBeanPropertyAccess(status).getPropertyValue(property);
    }
}
