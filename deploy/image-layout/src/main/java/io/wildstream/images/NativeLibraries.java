// SPDX-License-Identifier: Apache-2.0
package io.wildstream.images;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the native libraries of dependencies go: out of their jars, where they would be unpacked at each start into a directory that a
 * read-only container does not have, and only those of one architecture.
 */
final class NativeLibraries {

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|so\\.\\d+|jnilib|dylib|dll)");

    private final Map<Pattern, String> places = new LinkedHashMap<>();

    NativeLibraries(Architecture architecture, String torchVersion, String djlVersion) {
        String djl = Pattern.quote(architecture.djl());
        put("pytorch/cpu/" + djl + "/(.*)", "torch/$1");
        String binding = torchVersion + "-%s-" + architecture.djl() + "/" + djlVersion + "-$1";
        put("jnilib/" + djl + "/cpu/(libdjl_torch\\.so)", "djl/pytorch/" + String.format(binding, "cpu"));
        put("jnilib/" + djl + "/cu128/(libdjl_torch\\.so)", "djl-gpu/pytorch/" + String.format(binding, "cu128"));
        put("librocksdbjni-" + architecture.rocksdb() + "\\.so", "native/librocksdbjni.so");
        put("linux/" + architecture.osName() + "/libzstd-jni-.*\\.so", "native/libzstd-jni.so");
        put("net/jpountz/util/linux/" + architecture.osName() + "/(liblz4-java\\.so)", "native/$1");
        put("org/xerial/snappy/native/" + architecture.snappy() + "/(libsnappyjava\\.so)", "native/$1");
        put("lib/" + djl + "/(libbrotli\\.so)", "native/$1");
        put("com/sun/jna/" + architecture.jna() + "/(libjnidispatch\\.so)", "native/$1");
    }

    private void put(String entry, String place) {
        places.put(Pattern.compile(entry), place);
    }

    /** Whether a jar's entry is a native library, of whatever system. */
    boolean isNative(String entry) {
        return NATIVE.matcher(entry).matches();
    }

    /** Path below the image's directory at which a jar's entry goes; empty when it is of another system. */
    Optional<String> place(String entry) {
        return places.entrySet().stream()
                .map(place -> Map.entry(place.getKey().matcher(entry), place.getValue()))
                .filter(place -> place.getKey().matches())
                .map(place -> replaced(place.getKey(), place.getValue()))
                .findFirst();
    }

    private static String replaced(Matcher matcher, String place) {
        return matcher.replaceFirst(place);
    }
}
