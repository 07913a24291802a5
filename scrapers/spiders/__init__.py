"""The Scrapy project: one spider that stays open in a process of its own, asked by ``scrapers.crawl``."""
