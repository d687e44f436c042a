// SPDX-License-Identifier: Apache-2.0
package io.wildstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Each line of {@code planted-errors.csv} is a mistake that somebody could make: an overlay, an object of it (a name that ends with
 * {@code *} stands for a generated one), a place in it, what is put there (nothing removes what is there, {@code copy} at no place adds
 * the object again), and words of the message that must come.
 */
@Tag("slow")
class PlantedErrorsTest {

    @ParameterizedTest(name = "{0} {1}{2} = {3}")
    @CsvFileSource(
            resources = "/planted-errors.csv",
            delimiter = ';',
            numLinesToSkip = 1,
            ignoreLeadingAndTrailingWhitespace = true)
    void aMistakeIsNamed(String overlay, String object, String place, String value, String message) throws Exception {
        // Given
        ClusterManifests cluster = ClusterManifests.of(overlay).copy();
        Manifest target = find(cluster, object);
        plant(cluster, target, place, value);

        // When
        List<String> problems = ManifestsTest.problems(cluster, List.of(target));

        // Then
        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(message));
    }

    private static Manifest find(ClusterManifests cluster, String object) {
        String pattern = object.replace(".", "\\.").replace("*", ".*");
        return cluster.objects().stream()
                .filter(one -> one.id().matches(pattern))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + object));
    }

    private static void plant(ClusterManifests cluster, Manifest object, String place, String value)
            throws JsonProcessingException {
        if (place == null) {
            if ("copy".equals(value)) {
                cluster.objects().add(object);
            } else {
                cluster.objects().remove(object);
            }
            return;
        }
        JsonPointer pointer = JsonPointer.compile(place);
        JsonNode parent = object.json().at(pointer.head());
        String last = pointer.last().getMatchingProperty();
        JsonNode planted = value == null ? null : ClusterManifests.YAML.readTree(value);
        if (parent instanceof ObjectNode fields) {
            if (planted == null) {
                assertThat(fields.remove(last))
                        .as("nothing to remove at %s", place)
                        .isNotNull();
            } else {
                fields.set(last, planted);
            }
        } else if (parent instanceof ArrayNode items && planted != null) {
            if (last.equals("-")) {
                items.add(planted);
            } else {
                items.set(Integer.parseInt(last), planted);
            }
        } else {
            ((ArrayNode) parent).remove(Integer.parseInt(last));
        }
    }
}
