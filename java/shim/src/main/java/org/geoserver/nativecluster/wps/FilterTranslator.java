// SPDX-License-Identifier: GPL-2.0-or-later
package org.geoserver.nativecluster.wps;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.geoserver.nativecluster.nativelib.BinaryWriter;
import org.geoserver.wps.executor.ExecutionStatus;
import org.geoserver.wps.executor.ProcessState;
import org.geotools.api.filter.And;
import org.geotools.api.filter.Filter;
import org.geotools.api.filter.Not;
import org.geotools.api.filter.Or;
import org.geotools.api.filter.PropertyIsEqualTo;
import org.geotools.api.filter.PropertyIsNotEqualTo;
import org.geotools.api.filter.PropertyIsNull;
import org.geotools.api.filter.expression.Expression;
import org.geotools.api.filter.expression.Literal;
import org.geotools.api.filter.expression.PropertyName;

/**
 * Splits a filter into a part that native code evaluates and a rest that GeoTools evaluates on what the first part let
 * through. Only what provably gives the same answer goes to native code. GeoServer's filters see each property of a
 * status as a string (it reads them with BeanUtils), which GeoTools then converts by rules that depend on the types
 * involved; so that is: equality of a text property, or a phase or flag by its exact name, with a string; tests for null;
 * and AND, OR and NOT of these.
 */
final class FilterTranslator {
    /** Deepest nesting that native code takes, less a margin for the conjunctions that are added here. */
    private static final int MAX_DEPTH = 48;

    /** Most operands of an AND or OR; their number is sixteen bits wide. */
    private static final int MAX_OPERANDS = 1000;

    private static final byte[] TRUE = {0};
    private static final byte[] FALSE = {1};
    private static final int AND = 2;
    private static final int OR = 3;
    private static final int NOT = 4;
    private static final int IS_NULL = 5;
    private static final int COMPARE = 6;
    private static final int EQUAL = 0;
    private static final int TYPE_STRING = 0;
    private static final int TYPE_BOOLEAN = 3;
    private static final int TYPE_PHASE = 4;

    /**
     * A filter in two parts, whose conjunction is the filter.
     *
     * @param narrow for native code
     * @param rest for GeoTools: all of these, in this order
     */
    record Split(byte[] narrow, List<Filter> rest) {
        boolean isComplete() {
            return rest.isEmpty();
        }

        /** Whether the rest accepts what the first part let through. */
        boolean accepts(ExecutionStatus status) {
            return rest.stream().allMatch(filter -> filter.evaluate(status));
        }
    }

    private FilterTranslator() {}

    static Split split(Filter filter) {
        List<byte[]> narrow = new ArrayList<>();
        List<Filter> rest = new ArrayList<>();
        split(filter, 0, narrow, rest);
        return new Split(join(AND, narrow), rest);
    }

    private static void split(Filter filter, int depth, List<byte[]> narrow, List<Filter> rest) {
        Optional<byte[]> whole = narrow.size() < MAX_OPERANDS ? translate(filter, depth) : Optional.empty();
        if (whole.isPresent()) {
            narrow.add(whole.get());
        } else if (filter instanceof And && depth < MAX_DEPTH) {
            ((And) filter).getChildren().forEach(child -> split(child, depth + 1, narrow, rest));
        } else {
            rest.add(filter);
        }
    }

    private static Optional<byte[]> translate(Filter filter, int depth) {
        if (depth > MAX_DEPTH) {
            return Optional.empty();
        }
        if (filter == Filter.INCLUDE) {
            return Optional.of(TRUE);
        }
        if (filter == Filter.EXCLUDE) {
            return Optional.of(FALSE);
        }
        if (filter instanceof And) {
            return translate(AND, ((And) filter).getChildren(), depth);
        }
        if (filter instanceof Or) {
            return translate(OR, ((Or) filter).getChildren(), depth);
        }
        if (filter instanceof Not) {
            return translate(((Not) filter).getFilter(), depth + 1).map(FilterTranslator::not);
        }
        if (filter instanceof PropertyIsNull) {
            return isNull(((PropertyIsNull) filter).getExpression());
        }
        if (filter instanceof PropertyIsEqualTo) {
            PropertyIsEqualTo equal = (PropertyIsEqualTo) filter;
            return equal(equal.getExpression1(), equal.getExpression2(), equal.isMatchingCase());
        }
        if (filter instanceof PropertyIsNotEqualTo) {
            PropertyIsNotEqualTo differ = (PropertyIsNotEqualTo) filter;
            // for GeoTools the negation of equality, true for a missing value too
            return equal(differ.getExpression1(), differ.getExpression2(), differ.isMatchingCase())
                    .map(FilterTranslator::not);
        }
        return Optional.empty();
    }

    private static Optional<byte[]> translate(int operation, List<Filter> operands, int depth) {
        List<byte[]> translated = new ArrayList<>();
        for (Filter operand : operands) {
            Optional<byte[]> one = translate(operand, depth + 1);
            if (one.isEmpty() || translated.size() == MAX_OPERANDS) {
                return Optional.empty();
            }
            translated.add(one.get());
        }
        return Optional.of(join(operation, translated));
    }

    private static byte[] join(int operation, List<byte[]> operands) {
        if (operands.size() == 1) {
            return operands.get(0);
        }
        BinaryWriter out = new BinaryWriter().u8(operation).u16(operands.size());
        operands.forEach(out::raw);
        return out.toByteArray();
    }

    private static byte[] not(byte[] operand) {
        return new BinaryWriter().u8(NOT).raw(operand).toByteArray();
    }

    private static Optional<byte[]> isNull(Expression expression) {
        Field field = field(expression);
        if (field == null || !field.isNullable()) {
            return Optional.empty();
        }
        return Optional.of(
                new BinaryWriter().u8(IS_NULL).u8(field.code()).toByteArray());
    }

    private static Optional<byte[]> equal(Expression left, Expression right, boolean matchingCase) {
        Field field = field(left);
        Expression other = right;
        if (field == null) {
            field = field(right);
            other = left;
        }
        Object value = other instanceof Literal ? ((Literal) other).getValue() : null;
        if (field == null || !matchingCase || !(value instanceof String)) {
            return Optional.empty();
        }
        return equal(field, (String) value);
    }

    private static Optional<byte[]> equal(Field field, String value) {
        BinaryWriter out = new BinaryWriter().u8(COMPARE).u8(field.code()).u8(EQUAL);
        if (field.isText()) {
            return Optional.of(out.u8(TYPE_STRING).string(value).toByteArray());
        }
        if (field == Field.PHASE) {
            for (ProcessState phase : ProcessState.values()) {
                if (phase.name().equals(value)) {
                    return Optional.of(
                            out.u8(TYPE_PHASE).u8(StatusCodec.code(phase)).toByteArray());
                }
            }
        }
        if (field == Field.ASYNCHRONOUS && (value.equals("true") || value.equals("false"))) {
            return Optional.of(
                    out.u8(TYPE_BOOLEAN).u8(value.equals("true") ? 1 : 0).toByteArray());
        }
        return Optional.empty();
    }

    private static Field field(Expression expression) {
        return expression instanceof PropertyName
                ? Field.ofProperty(((PropertyName) expression).getPropertyName())
                : null;
    }
}
