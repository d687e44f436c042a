// SPDX-License-Identifier: Apache-2.0
package io.wildstream.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What a rule's state looked like when format 1 was new, and what that code decided next: frozen. */
class RuleStateFormatTest {

    private static final int CLASSES = 4;
    private static final int WINDOW = 16;
    private static final int BEFORE = 200;
    private static final int AFTER = 200;
    private static final String DECISIONS = "decisions ";
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void stateOfFormat1GoesOnAsItsOwnCodeDid() throws Exception {
        // Given
        InMemoryRuleState state = new InMemoryRuleState();
        String expected = "";
        for (String line : Files.readAllLines(Path.of(
                RuleStateFormatTest.class.getResource("/rule-state-1.txt").toURI()))) {
            if (line.startsWith(DECISIONS)) {
                expected = line.substring(DECISIONS.length());
            } else {
                String[] pair = line.split("=");
                state.put(HEX.parseHex(pair[0]), HEX.parseHex(pair[1]));
            }
        }

        // When
        String decided = decide(state, BEFORE, BEFORE + AFTER);

        // Then
        assertThat(expected).hasSize(AFTER).contains("0").contains("1");
        assertThat(decided).isEqualTo(expected);
    }

    @Test
    @EnabledIfSystemProperty(named = "wildstream.fixture", matches = ".+")
    void write() throws IOException {
        InMemoryRuleState state = new InMemoryRuleState();
        decide(state, 0, BEFORE);
        TreeSet<String> lines = new TreeSet<>();
        state.forEach((key, value) -> lines.add(HEX.formatHex(key) + "=" + HEX.formatHex(value)));
        List<String> all = new ArrayList<>(lines);
        all.add(DECISIONS + decide(state, BEFORE, BEFORE + AFTER));
        Files.write(Path.of(System.getProperty("wildstream.fixture")), all);
    }

    /** One character for each sample: 1 for kept. */
    private static String decide(InMemoryRuleState state, int from, int to) {
        KeepRateRule rule = new KeepRateRule(0.3, true, WINDOW, 7, new ShareCaps(0, 0, state), state);
        SplittableRandom random = new SplittableRandom(from);
        StringBuilder decisions = new StringBuilder();
        for (int i = from; i < to; i++) {
            int label = random.nextInt(CLASSES);
            double noise = random.nextInt(20) * 0.05 * (label + 1);
            SelectionDecision decision = rule.decide(new ScoredSample(3, i, noise, label, CLASSES));
            decisions.append(decision instanceof SelectionDecision.Kept ? '1' : '0');
        }
        return decisions.toString();
    }
}
