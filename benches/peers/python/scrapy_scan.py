"""Scans sites with Scrapy: robots.txt, the sitemaps it names, every page, emails and phones by expressions.

Usage: scrapy_scan.py LIST ITEMS CONCURRENCY. LIST holds an origin a line; ITEMS gets one JSON line a page.
Tuned for speed: no delay, no cookies, no log. ROBOTSTXT_OBEY would ask for each robots.txt a second time: off.
"""

import re
import resource
import sys
from urllib.parse import urlsplit

from scrapy.crawler import CrawlerProcess
from scrapy.spiders import SitemapSpider

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
PHONE = re.compile(r"\+?\(?\d[\d ().-]{7,18}\d")


class SlotForEachSite:
    """All sites share one address, which Scrapy would take for one domain: each port gets a slot of its own."""

    def process_request(self, request):
        request.meta.setdefault("download_slot", urlsplit(request.url).netloc)


class Contacts(SitemapSpider):
    """All pages of all sitemaps."""

    name = "contacts"

    def __init__(self, origins, **kwargs):
        self.sitemap_urls = [f"{origin}/robots.txt" for origin in origins]
        super().__init__(**kwargs)

    def parse(self, response):
        text = response.text
        yield {
            "url": response.url,
            "emails": sorted(set(EMAIL.findall(text))),
            "phones": sorted(set(PHONE.findall(text))),
        }


def main() -> None:
    origins, items, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(origins, encoding="utf-8") as file:
        origins = file.read().split()
    # Each connection that is kept is an open file.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    process = CrawlerProcess(
        {
            "AUTOTHROTTLE_ENABLED": False,
            "CONCURRENT_REQUESTS": concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "COOKIES_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "DOWNLOADER_MIDDLEWARES": {SlotForEachSite: 10},
            "FEEDS": {items: {"format": "jsonlines", "overwrite": True}},
            "LOG_LEVEL": "ERROR",
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Contacts, origins=origins)
    process.start()


main()
