"""Reads a sitemap with ultimate-sitemap-parser, once; prints `usp`, seconds and URLs, parted by tabs."""

import logging
import sys
import time

from usp.tree import sitemap_from_str


def main() -> None:
    logging.disable(logging.CRITICAL)
    with open(sys.argv[1], encoding="utf-8") as file:
        content = file.read()
    start = time.perf_counter()
    count = sum(1 for _ in sitemap_from_str(content).all_pages())
    print("usp", time.perf_counter() - start, count, sep="\t")


main()
