/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.iothubmqtt.emulator;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a query asks of a twin. A comparison with what the twin does not have, or of values of different kinds, is neither true nor
 * false, and so is its negation: such a twin is not found.
 */
interface QueryCondition {

    /** How it stands with a condition. */
    enum Truth {
        TRUE,
        FALSE,
        UNDEFINED;

        static Truth of(boolean value) {
            return value ? TRUE : FALSE;
        }

        Truth not() {
            return switch (this) {
                case TRUE -> FALSE;
                case FALSE -> TRUE;
                case UNDEFINED -> UNDEFINED;
            };
        }
    }

    /** {@code twin} as the service side sees it. */
    Truth of(Map<String, Object> twin);

    static QueryCondition and(QueryCondition left, QueryCondition right) {
        return twin -> {
            Truth first = left.of(twin);
            Truth second = right.of(twin);
            if (first == Truth.FALSE || second == Truth.FALSE) {
                return Truth.FALSE;
            }
            return first == Truth.TRUE ? second : first;
        };
    }

    static QueryCondition or(QueryCondition left, QueryCondition right) {
        return twin -> {
            Truth first = left.of(twin);
            Truth second = right.of(twin);
            if (first == Truth.TRUE || second == Truth.TRUE) {
                return Truth.TRUE;
            }
            return first == Truth.FALSE ? second : first;
        };
    }

    static QueryCondition not(QueryCondition condition) {
        return twin -> condition.of(twin).not();
    }

    static QueryCondition isDefined(QueryPath path) {
        return twin -> Truth.of(path.isIn(twin));
    }

    static QueryCondition in(QueryPath path, List<Object> literals) {
        return literals.stream()
                .map(literal -> compare(path, "=", literal))
                .reduce(QueryCondition::or)
                .orElseThrow();
    }

    /** {@code operator} is one of = != <> < <= > >=. */
    static QueryCondition compare(QueryPath path, String operator, Object literal) {
        return twin -> path.isIn(twin) ? compare(path.valueIn(twin), operator, literal) : Truth.UNDEFINED;
    }

    private static Truth compare(Object value, String operator, Object literal) {
        Integer order = order(value, literal);
        if (order == null) {
            return Truth.UNDEFINED;
        }
        return switch (operator) {
            case "=" -> Truth.of(order == 0);
            case "!=", "<>" -> Truth.of(order != 0);
            case "<" -> ordered(value, order < 0);
            case "<=" -> ordered(value, order <= 0);
            case ">" -> ordered(value, order > 0);
            case ">=" -> ordered(value, order >= 0);
            default -> throw new IllegalStateException("No operator: " + operator);
        };
    }

    /** Null for values of different kinds. */
    private static Integer order(Object value, Object literal) {
        if (value instanceof Number && literal instanceof Number) {
            return new BigDecimal(value.toString()).compareTo(new BigDecimal(literal.toString()));
        }
        if (value instanceof String text && literal instanceof String other) {
            return text.compareTo(other);
        }
        if (value instanceof Boolean && literal instanceof Boolean || value == null && literal == null) {
            return Objects.equals(value, literal) ? 0 : 1;
        }
        return null;
    }

    /** Numbers and strings have an order, truth and null have none. */
    private static Truth ordered(Object value, boolean result) {
        return value instanceof Number || value instanceof String ? Truth.of(result) : Truth.UNDEFINED;
    }
}
