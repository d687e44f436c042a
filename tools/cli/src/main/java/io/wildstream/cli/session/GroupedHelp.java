// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli.session;

import io.wildstream.cli.options.OptionGroup;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A command's help with its options in groups: its own first, then those that it shares with others, under the heading of each. */
public final class GroupedHelp extends Help {

    /** Columns of a terminal that everybody has. */
    public static final int WIDTH = 80;

    private static final String OWN = "Options";
    private static final String GENERAL = "General options";

    public GroupedHelp(CommandSpec command, ColorScheme colors) {
        super(command, colors);
    }

    @Override
    public String optionList() {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        groups.put(OWN, new ArrayList<>());
        List<OptionSpec> general = new ArrayList<>();
        for (OptionSpec option : commandSpec().options()) {
            String group = group(option);
            (group.equals(GENERAL) ? general : groups.computeIfAbsent(group, unused -> new ArrayList<>())).add(option);
        }
        groups.put(GENERAL, general);
        StringBuilder text = new StringBuilder();
        groups.forEach((heading, options) -> {
            if (!options.isEmpty()) {
                Layout layout = createDefaultLayout();
                layout.addAllOptions(options, parameterLabelRenderer());
                text.append(System.lineSeparator())
                        .append(heading)
                        .append(':')
                        .append(System.lineSeparator())
                        .append(layout);
            }
        });
        return text.toString();
    }

    private static String group(OptionSpec option) {
        if (option.usageHelp() || option.versionHelp() || option.inherited()) {
            return GENERAL;
        }
        if (option.userObject() instanceof Field field) {
            if (HomeOptions.class.equals(field.getDeclaringClass())) {
                return GENERAL;
            }
            OptionGroup group = field.getDeclaringClass().getAnnotation(OptionGroup.class);
            return group == null ? OWN : group.value();
        }
        return OWN;
    }
}
