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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code SELECT * | path [AS name], … FROM devices [WHERE condition]}. Conditions are comparisons, {@code IN} and
 * {@code IS_DEFINED}, joined by {@code NOT}, {@code AND}, {@code OR} and parentheses. Used once; what it cannot read is a
 * {@link HubException} with code 400004 that says where.
 */
final class QueryParser {

    private static final Pattern TOKEN = Pattern.compile("\\s*(?:"
            + "(?<text>'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\")"
            + "|(?<number>[-+]?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d{1,3})?)"
            + "|(?<path>[A-Za-z_$][\\w$-]*(?:\\.[A-Za-z_$][\\w$-]*)*)"
            + "|(?<sign><=|>=|!=|<>|[=<>*,()\\[\\]]))");
    private static final Set<String> OPERATORS = Set.of("=", "!=", "<>", "<", "<=", ">", ">=");
    private static final Set<String> WORDS =
            Set.of("SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "AS", "TRUE", "FALSE", "NULL", "TOP", "GROUP");
    /** So that no query exhausts the stack. */
    private static final int MAX_DEPTH = 100;

    private enum Kind {
        TEXT,
        NUMBER,
        PATH,
        SIGN,
        END
    }

    private record Token(Kind kind, String text, int start) {}

    private final String query;
    private final List<Token> tokens = new ArrayList<>();
    private int next;
    private int depth;

    private QueryParser(String query) {
        this.query = query;
        Matcher matcher = TOKEN.matcher(query);
        int at = 0;
        while (at < query.stripTrailing().length()) {
            if (!matcher.region(at, query.length()).lookingAt()) {
                throw problem("the end or a condition", at);
            }
            tokens.add(token(matcher));
            at = matcher.end();
        }
        tokens.add(new Token(Kind.END, "", query.length()));
    }

    private static Token token(Matcher matcher) {
        for (Kind kind : List.of(Kind.TEXT, Kind.NUMBER, Kind.PATH, Kind.SIGN)) {
            String group = kind.name().toLowerCase(Locale.ROOT);
            if (matcher.group(group) != null) {
                return new Token(kind, matcher.group(group), matcher.start(group));
            }
        }
        throw new IllegalStateException("A token of no kind");
    }

    static TwinQuery parse(String query) {
        return new QueryParser(query).query();
    }

    private TwinQuery query() {
        expectWord("SELECT");
        Map<String, QueryPath> columns = isSign("*") ? everything() : columns();
        expectWord("FROM");
        Token source = take();
        if (source.kind != Kind.PATH || !source.text.equals("devices")) {
            throw problem("devices, which is the only collection here,", source.start);
        }
        QueryCondition condition = twin -> QueryCondition.Truth.TRUE;
        if (isWord("WHERE")) {
            next++;
            condition = alternatives();
        }
        if (peek().kind != Kind.END) {
            throw problem("the end, AND or OR", peek().start);
        }
        return new TwinQuery(columns, condition);
    }

    private Map<String, QueryPath> everything() {
        next++;
        return Map.of();
    }

    private Map<String, QueryPath> columns() {
        Map<String, QueryPath> columns = new LinkedHashMap<>();
        do {
            QueryPath path = path();
            String name = path.lastName();
            if (isWord("AS")) {
                next++;
                name = path().lastName();
            }
            if (columns.put(name, path) != null) {
                throw problem("another name than '" + name + "', which there is twice,", peek().start);
            }
        } while (takeIf(","));
        return columns;
    }

    private QueryCondition alternatives() {
        QueryCondition condition = conjunction();
        while (isWord("OR")) {
            next++;
            condition = QueryCondition.or(condition, conjunction());
        }
        return condition;
    }

    private QueryCondition conjunction() {
        QueryCondition condition = term();
        while (isWord("AND")) {
            next++;
            condition = QueryCondition.and(condition, term());
        }
        return condition;
    }

    private QueryCondition term() {
        if (++depth > MAX_DEPTH) {
            throw problem("fewer than " + MAX_DEPTH + " levels of parentheses", peek().start);
        }
        QueryCondition condition = isWord("NOT") ? negation() : isSign("(") ? inParentheses() : comparison();
        depth--;
        return condition;
    }

    private QueryCondition negation() {
        next++;
        return QueryCondition.not(term());
    }

    private QueryCondition inParentheses() {
        next++;
        QueryCondition condition = alternatives();
        expect(")");
        return condition;
    }

    private QueryCondition comparison() {
        if (isWord("IS_DEFINED")) {
            next++;
            expect("(");
            QueryPath path = path();
            expect(")");
            return QueryCondition.isDefined(path);
        }
        QueryPath path = path();
        if (isWord("IN")) {
            next++;
            return QueryCondition.in(path, literals());
        }
        Token operator = take();
        if (!OPERATORS.contains(operator.text) || operator.kind != Kind.SIGN) {
            throw problem("one of = != <> < <= > >= IN", operator.start);
        }
        return QueryCondition.compare(path, operator.text, literal());
    }

    private List<Object> literals() {
        String end = isSign("(") ? ")" : "]";
        if (!takeIf("(")) {
            expect("[");
        }
        List<Object> literals = new ArrayList<>();
        do {
            literals.add(literal());
        } while (takeIf(","));
        expect(end);
        return literals;
    }

    private QueryPath path() {
        Token token = take();
        if (token.kind != Kind.PATH || WORDS.contains(upper(token.text))) {
            throw problem("a path such as tags.site", token.start);
        }
        return QueryPath.of(token.text);
    }

    private Object literal() {
        Token token = take();
        if (token.kind == Kind.TEXT) {
            return token.text.substring(1, token.text.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        if (token.kind == Kind.NUMBER) {
            return new BigDecimal(token.text);
        }
        if (token.kind == Kind.PATH) {
            switch (upper(token.text)) {
                case "TRUE":
                    return true;
                case "FALSE":
                    return false;
                case "NULL":
                    return null;
                default:
            }
        }
        throw problem("a string in quotes, a number, true, false or null", token.start);
    }

    private static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private Token peek() {
        return tokens.get(next);
    }

    private Token take() {
        return peek().kind == Kind.END ? peek() : tokens.get(next++);
    }

    private boolean isWord(String word) {
        return peek().kind == Kind.PATH && upper(peek().text).equals(word);
    }

    private boolean isSign(String sign) {
        return peek().kind == Kind.SIGN && peek().text.equals(sign);
    }

    private boolean takeIf(String sign) {
        if (!isSign(sign)) {
            return false;
        }
        next++;
        return true;
    }

    private void expectWord(String word) {
        if (!isWord(word)) {
            throw problem(word, peek().start);
        }
        next++;
    }

    private void expect(String sign) {
        if (!takeIf(sign)) {
            throw problem("'" + sign + "'", peek().start);
        }
    }

    private HubException problem(String expected, int at) {
        String found = query.substring(Math.min(at, query.length())).strip();
        return JsonMembers.invalid("The query cannot be read: " + expected + " is expected "
                + (found.isEmpty() ? "at its end" : "where it says '" + found + "'")
                + ". The emulator knows SELECT * | columns FROM devices [WHERE comparisons joined by AND, OR and NOT]");
    }
}
