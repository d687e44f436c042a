// SPDX-License-Identifier: Apache-2.0
package io.wildstream.cli;

import io.wildstream.contracts.testkit.TagRules;

class TestTagsTest extends TagRules {}
