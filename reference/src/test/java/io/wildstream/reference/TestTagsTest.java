// SPDX-License-Identifier: Apache-2.0
package io.wildstream.reference;

import io.wildstream.contracts.testkit.TagRules;

class TestTagsTest extends TagRules {}
