// SPDX-License-Identifier: Apache-2.0
package io.wildstream.engine.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes the contract's JSON; every refusal names the field. An unknown field is refused: it would change pixels. */
final class PreprocessingJson {

    private static final String ROOT = "preprocessing";
    private static final String RESIZE = ROOT + ".resize";
    private static final String CROP = ROOT + ".crop";

    private PreprocessingJson() {}

    static Preprocessing read(JsonNode node) {
        requireFields(node, ROOT, "colour", "orientation", "resize", "crop");
        JsonNode orientation = node.get("orientation");
        return new Preprocessing(
                choice(node, ROOT, "colour", Colour.values(), Enum::name),
                isAbsent(orientation)
                        ? Orientation.IGNORE
                        : choice(node, ROOT, "orientation", Orientation.values(), PreprocessingJson::lower),
                isAbsent(node.get("resize")) ? null : resize(node.get("resize")),
                isAbsent(node.get("crop")) ? null : crop(node.get("crop")));
    }

    private static Resize resize(JsonNode node) {
        requireFields(node, RESIZE, "mode", "size", "interpolation", "fill");
        Resize.Mode mode = choice(node, RESIZE, "mode", Resize.Mode.values(), Resize.Mode::text);
        JsonNode size = node.get("size");
        if (mode == Resize.Mode.SHORTER_SIDE && (size == null || !size.isIntegralNumber())) {
            throw refused(RESIZE + ".size", "one whole number where mode is shorter-side", size);
        }
        JsonNode fill = node.get("fill");
        if (!isAbsent(fill) && mode != Resize.Mode.PAD) {
            throw refused(RESIZE + ".fill", "absent unless mode is pad", fill);
        }
        return new Resize(
                mode,
                size(size, RESIZE + ".size"),
                choice(node, RESIZE, "interpolation", Interpolation.values(), PreprocessingJson::lower),
                isAbsent(fill) ? List.of(0) : fill(fill));
    }

    private static Size crop(JsonNode node) {
        requireFields(node, CROP, "mode", "size");
        JsonNode mode = node.get("mode");
        if (mode == null || !mode.isTextual() || !mode.textValue().equals("center")) {
            throw refused(CROP + ".mode", "center", mode);
        }
        return size(node.get("size"), CROP + ".size");
    }

    private static Size size(@Nullable JsonNode node, String field) {
        if (node != null && node.isIntegralNumber()) {
            return new Size(side(node, node, field), side(node, node, field));
        }
        if (node == null || !node.isArray() || node.size() != 2) {
            throw refused(field, "[height, width]", node);
        }
        return new Size(side(node.get(0), node, field), side(node.get(1), node, field));
    }

    private static int side(JsonNode side, JsonNode whole, String field) {
        if (!side.isIntegralNumber()
                || !side.canConvertToInt()
                || side.intValue() < 1
                || side.intValue() > Size.MAX_SIDE) {
            throw refused(field, "of whole numbers from 1 to " + Size.MAX_SIDE, whole);
        }
        return side.intValue();
    }

    private static List<Integer> fill(JsonNode node) {
        List<JsonNode> values = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(values::add);
        } else {
            values.add(node);
        }
        boolean inRange = values.stream()
                .allMatch(value -> value.isIntegralNumber()
                        && value.canConvertToInt()
                        && value.intValue() >= 0
                        && value.intValue() <= 255);
        if (!inRange || (values.size() != 1 && values.size() != 3)) {
            throw refused(RESIZE + ".fill", "one whole number from 0 to 255, or three of them: red, green, blue", node);
        }
        return values.stream().map(JsonNode::intValue).toList();
    }

    private static <E> E choice(JsonNode of, String path, String field, E[] values, Function<E, String> name) {
        Map<String, E> byName = new TreeMap<>();
        Arrays.stream(values).forEach(value -> byName.put(name.apply(value), value));
        JsonNode node = of.get(field);
        E chosen = node == null || !node.isTextual() ? null : byName.get(node.textValue());
        if (chosen == null) {
            throw refused(path + "." + field, "one of " + String.join(", ", byName.keySet()), node);
        }
        return chosen;
    }

    private static void requireFields(JsonNode node, String path, String... known) {
        if (!node.isObject()) {
            throw refused(path, "an object of " + String.join(", ", known), node);
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException(
                        path + "." + name + " is not known; known are " + String.join(", ", known));
            }
        }
    }

    static JsonNode write(Preprocessing of) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("colour", of.colour().name());
        node.put("orientation", lower(of.orientation()));
        Resize resize = of.resize();
        if (resize != null) {
            ObjectNode written = node.putObject("resize");
            written.put("mode", resize.mode().text());
            if (resize.mode() == Resize.Mode.SHORTER_SIDE) {
                written.put("size", resize.size().height());
            } else {
                put(written, resize.size());
            }
            written.put("interpolation", lower(resize.interpolation()));
            if (resize.mode() == Resize.Mode.PAD) {
                resize.fill().forEach(written.putArray("fill")::add);
            }
        }
        Size crop = of.crop();
        if (crop != null) {
            put(node.putObject("crop").put("mode", "center"), crop);
        }
        return node;
    }

    private static void put(ObjectNode node, Size size) {
        node.putArray("size").add(size.height()).add(size.width());
    }

    private static boolean isAbsent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static IllegalArgumentException refused(String field, String expected, @Nullable JsonNode got) {
        return new IllegalArgumentException(
                field + " must be " + expected + ", got " + (isAbsent(got) ? "nothing" : String.valueOf(got)));
    }
}
