// SPDX-License-Identifier: Apache-2.0
package io.wildstream.trainer;

import io.wildstream.contracts.testkit.TagRules;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class TestTagsTest extends TagRules {}
