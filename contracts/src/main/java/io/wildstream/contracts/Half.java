// SPDX-License-Identifier: Apache-2.0
package io.wildstream.contracts;

/** Converts to IEEE 754 binary16 and back, rounding to nearest even; Java has this only since release 20. */
public final class Half {

    private static final int FLOAT_EXPONENT_BIAS = 127;
    private static final int HALF_EXPONENT_BIAS = 15;
    private static final int MANTISSA_SHIFT = 13;

    private Half() {}

    static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        int exponent = (magnitude >>> 23) - FLOAT_EXPONENT_BIAS + HALF_EXPONENT_BIAS;
        int mantissa = magnitude & 0x7fffff;
        if (exponent >= 31) {
            return (short) (sign | 0x7c00);
        }
        if (exponent <= 0) {
            return (short) (sign | subnormal(exponent, mantissa));
        }
        int half = (exponent << 10) | (mantissa >>> MANTISSA_SHIFT);
        return (short) (sign | roundToEven(half, mantissa, MANTISSA_SHIFT));
    }

    /** The single that equals a half, whose bits are given. */
    public static float toFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >>> 10) & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0) {
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int floatExponent = exponent == 31 ? 0xff : exponent - HALF_EXPONENT_BIAS + FLOAT_EXPONENT_BIAS;
        return Float.intBitsToFloat(sign | (floatExponent << 23) | (mantissa << MANTISSA_SHIFT));
    }

    private static int subnormal(int exponent, int mantissa) {
        if (exponent < -10) {
            return 0;
        }
        int full = mantissa | 0x800000;
        int shift = MANTISSA_SHIFT + 1 - exponent;
        return roundToEven(full >>> shift, full, shift);
    }

    /** Rounds up if the bits of {@code mantissa} below {@code shift} require it; a carry correctly increments the exponent. */
    private static int roundToEven(int half, int mantissa, int shift) {
        int rest = mantissa & ((1 << shift) - 1);
        int middle = 1 << (shift - 1);
        boolean up = rest > middle || (rest == middle && (half & 1) == 1);
        return up ? half + 1 : half;
    }
}
