#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Copies an image set, each picture enlarged to a random size as a JPEG file: traffic of all sizes made of small pictures.

    python tools/lab/enlarge.py SET COPY [--from 64] [--to 640] [--seed 1] [--parts test,...]

Each side is drawn from [FROM, TO] by the seed and the path of the file alone; the resampling is bicubic, the quality of the files 90.
Needs Pillow.
"""

import argparse
import hashlib
import multiprocessing
import pathlib
import random

from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png"}


def enlarge(job):
    source, target, options = job
    seed = hashlib.sha256(f"{options.seed} {source.relative_to(options.set)}".encode()).digest()
    draw = random.Random(seed)
    size = (draw.randint(options.smallest, options.largest), draw.randint(options.smallest, options.largest))
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as image:
        image.convert("RGB").resize(size, Image.BICUBIC).save(target, "JPEG", quality=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=pathlib.Path, metavar="SET", help="directory of PNG and JPEG files")
    parser.add_argument("copy", type=pathlib.Path, metavar="COPY", help="directory to be made")
    parser.add_argument("--from", dest="smallest", type=int, default=64, metavar="N", help="shortest side (64)")
    parser.add_argument("--to", dest="largest", type=int, default=640, metavar="N", help="longest side (640)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sizes (1)")
    parser.add_argument("--parts", default="", help="subdirectories to copy, separated by commas (all)")
    options = parser.parse_args()
    if options.copy.exists():
        parser.error(f"{options.copy} exists already")
    if not 1 <= options.smallest <= options.largest:
        parser.error("--from must be at least 1 and at most --to")
    roots = [options.set / part for part in options.parts.split(",")] if options.parts else [options.set]
    files = sorted(f for root in roots for f in root.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
    if not files:
        parser.error(f"{', '.join(map(str, roots))}: no PNG or JPEG files")
    jobs = [(f, options.copy / f.relative_to(options.set).with_suffix(".jpg"), options) for f in files]
    with multiprocessing.Pool() as pool:
        for done, _ in enumerate(pool.imap_unordered(enlarge, jobs, chunksize=64), start=1):
            if done % 10000 == 0 or done == len(jobs):
                print(f"{done} of {len(jobs)}", flush=True)


if __name__ == "__main__":
    main()
