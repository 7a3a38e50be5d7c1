// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.host;

import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.geotools.api.data.Query;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.FilterFactory;
import org.geotools.api.filter.expression.Expression;
import org.geotools.api.filter.sort.SortBy;
import org.geotools.api.filter.sort.SortOrder;
import org.geotools.factory.CommonFactoryFinder;
import org.geotools.filter.visitor.SimplifyingFilterVisitor;

/** Queries with filters that GeoServer builds, and many that a client of the API could. */
final class RandomQueries {
    private static final FilterFactory FF = CommonFactoryFinder.getFilterFactory();
    private static final String[] PROPERTIES = {
        "executionId", "processName", "simpleProcessName", "asynchronous", "phase", "progress", "userName", "task",
        "nodeId", "creationTime", "completionTime", "lastUpdated", "expirationDate", "estimatedCompletion", "nextPoll",
        "processName.localPart"
    };

    /** What GeoServer's stores can sort by: what is comparable, and their names for two of them. */
    private static final String[] SORTS = {
        "executionId", "processName", "simpleProcessName", "asynchronous", "phase", "progress", "userName", "user",
        "task", "nodeId", "Node", "creationTime", "completionTime", "lastUpdated", "expirationDate",
        "estimatedCompletion", "nextPoll"
    };
    private static final Object[] LITERALS = {
        "RUNNING", "running", "QUEUED", "FAILED", "SUCCEEDED", "DISMISSING", "true", "false", "1", "50", "50.0", "50.5",
        50, 50.5, 25f, true, false, "anna", "ANNA", "zoë", "𝄞", "", "JTS:buffer", "plain", "http://a//b",
        "Writing outputs", "null", new Date(1_700_000_000_000L), "2023-11-15T00:00Z", "2023-11-14T22:13:20.000Z"
    };

    private final Random random;

    RandomQueries(Random random) {
        this.random = random;
    }

    Query next() {
        Query query = new Query("GetExecutions", filter(3));
        SortBy[] sorts = Stream.generate(this::sort).limit(random.nextInt(4)).toArray(SortBy[]::new);
        if (sorts.length > 0 || random.nextBoolean()) {
            query.setSortBy(sorts);
        }
        if (random.nextBoolean()) {
            query.setStartIndex(random.nextInt(random.nextBoolean() ? 10 : 300));
        }
        if (random.nextBoolean()) {
            query.setMaxFeatures(random.nextInt(40));
        }
        return query;
    }

    private SortBy sort() {
        switch (random.nextInt(8)) {
            case 0:
                return SortBy.NATURAL_ORDER;
            case 1:
                return SortBy.REVERSE_ORDER;
            default:
                return FF.sort(pick(SORTS), random.nextBoolean() ? SortOrder.ASCENDING : SortOrder.DESCENDING);
        }
    }

    Filter filter(int depth) {
        Filter filter = random.nextInt(3) == 0 || depth == 0 ? leaf() : branch(depth - 1);
        // as GeoServer does with the filter of GetExecutions
        return random.nextInt(5) == 0 ? (Filter) filter.accept(new SimplifyingFilterVisitor(), null) : filter;
    }

    private Filter branch(int depth) {
        List<Filter> parts = Stream.generate(() -> filter(depth))
                .limit(1 + random.nextInt(3))
                .toList();
        switch (random.nextInt(3)) {
            case 0:
                return FF.and(parts);
            case 1:
                return FF.or(parts);
            default:
                return FF.not(parts.get(0));
        }
    }

    private Filter leaf() {
        Expression property = FF.property(pick(PROPERTIES));
        Expression literal = FF.literal(pick(LITERALS));
        boolean matchCase = random.nextInt(4) > 0;
        boolean swap = random.nextInt(4) == 0;
        Expression left = swap ? literal : property;
        Expression right = swap ? property : literal;
        List<Supplier<Filter>> leaves = Arrays.asList(
                () -> FF.equal(left, right, matchCase),
                () -> FF.equal(FF.property("phase"), FF.literal(pick(LITERALS)), matchCase),
                () -> FF.equal(FF.property("userName"), FF.literal(pick(RandomStatuses.USERS)), matchCase),
                () -> FF.equal(FF.property("task"), FF.literal(pick(RandomStatuses.TASKS)), matchCase),
                () -> FF.equal(
                        FF.property("processName"), FF.literal(pick(RandomStatuses.NAMES).getURI()), matchCase),
                () -> FF.notEqual(left, right, matchCase),
                () -> FF.less(left, right, matchCase),
                () -> FF.lessOrEqual(left, right, matchCase),
                () -> FF.greater(left, right, matchCase),
                () -> FF.greaterOrEqual(left, right, matchCase),
                () -> FF.between(property, literal, FF.literal(pick(LITERALS))),
                () -> FF.like(property, pick(new String[] {"*n*", "J*", "?nna", "*", "5*"})),
                () -> FF.isNull(property),
                () -> FF.not(FF.isNull(property)),
                () -> FF.before(property, literal),
                () -> FF.after(property, literal),
                () -> FF.equal(FF.property("userName"), FF.property("task"), matchCase),
                () -> Filter.INCLUDE,
                () -> Filter.EXCLUDE);
        return leaves.get(random.nextInt(leaves.size())).get();
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
